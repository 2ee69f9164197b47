// assay certify: what can be proved of a policy, as a table and as a bundle that others can check.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/workbench.h"
#include "evolve/archive.h"
#include "verify/attest/statement.h"
#include "verify/certify.h"
#include "verify/certify_text.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string task, policy, out, sign, after, cache;
  double seconds = 2;
  std::vector<std::string> without;
  bool json = false;
};

constexpr std::size_t kStepsShown = 40;

std::string milliseconds(const Json& times) {
  std::string out;
  for (const auto& [engine, ms] : times.items()) {
    char text[64];
    std::snprintf(text, sizeof text, "%s%s %.1f ms", out.empty() ? "" : ", ", engine.c_str(), ms.get<double>());
    out += text;
  }
  return out;
}

void print_text(const verify::Certificate& certificate, const std::string& out) {
  std::printf("%s", printable(verify::claim_table(certificate)).c_str());
  for (const auto& claim : certificate.claims)
    if (std::string text = verify::refutation_text(claim, kStepsShown); !text.empty()) std::printf("\n%s", printable(text).c_str());
  std::printf("\nverdict  %s\nscore    %.3f\ntime     %s\nbundle   %s\n", std::string(name_of(certificate.overall())).c_str(),
              certificate.score(), milliseconds(verify::to_json(certificate.times)).c_str(), out.c_str());
}

int print_refusal(const Arguments& arguments, const Outcome& outcome) {
  say_outcome(arguments.policy, outcome);
  if (arguments.json) print_json({{"verdict", "none"}, {"outcome", evolve::to_json(outcome)}});
  return kFindings;
}

/// Of tables that are written out and counted: on a terminal only.
std::function<void(std::uint64_t, std::uint64_t)> progress_line() {
  if (::isatty(STDERR_FILENO) == 0) return {};
  return [](std::uint64_t done, std::uint64_t all) {
    std::fprintf(stderr, "\rcounting tables: %llu of %llu%s", static_cast<unsigned long long>(done), static_cast<unsigned long long>(all), done >= all ? "\n" : "");
  };
}

/// Before anything dear is done: a key that cannot be read, or a predecessor that is none.
struct Signing {
  std::optional<verify::attest::SigningKey> key;
  std::optional<Digest> previous;
};

Result<Signing> signing_of(const Arguments& arguments) {
  Signing out;
  if (arguments.sign.empty()) return arguments.after.empty() ? Result<Signing>(out) : fail("--after needs --sign: what a bundle succeeds is part of what is signed");
  auto key = verify::attest::SigningKey::load(arguments.sign);
  if (!key) return std::unexpected(key.error());
  out.key = std::move(*key);
  if (arguments.after.empty()) return out;
  auto before = read_file(std::filesystem::path(arguments.after) / verify::attest::kAttestationFile);
  if (!before) return std::unexpected(before.error());
  out.previous = sha256(*before);
  return out;
}

Result<int> certify(const Arguments& arguments) {
  auto signing = signing_of(arguments);
  if (!signing) return std::unexpected(signing.error());
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  auto text = read_file(arguments.policy);
  if (!text) return std::unexpected(text.error());
  Source source{std::move(*text), arguments.policy};
  auto bench = Workbench::start(arguments.without);
  if (!bench) return std::unexpected(bench.error());
  auto certifier = verify::Certifier::start(bench->options(), {.file = arguments.cache});
  if (!certifier) return std::unexpected(certifier.error());
  auto screened = bench->screen(*loaded, source);
  if (!screened) return std::unexpected(screened.error());
  if (!*screened) return print_refusal(arguments, screened->error());
  const auto& task = loaded->task;
  auto properties = verify::properties::load_properties(task.contract);
  if (!properties) return std::unexpected(properties.error());
  verify::CertifyOptions options{
      .instruction_bound = task.limits.instructions,
      .solver_budget = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.seconds * 1000)),
      .counting_progress = progress_line(),
      .properties = &*properties};
  auto certificate =
      (*certifier)->certify(task.name, task.contract, source, **screened, options, bench->toolchain(), bench->jail());
  if (!certificate) return std::unexpected(certificate.error());
  auto ir = bench->toolchain().lower(task.contract, **screened);
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return print_refusal(arguments, ir->error());
  auto out = arguments.out.empty() ? "certificate-" + std::filesystem::path(arguments.policy).stem().string() : arguments.out;
  auto proofs = (*certifier)->prove(task.contract, **screened, **ir, *certificate, options, bench->toolchain(), &bench->jail());
  if (!proofs) return std::unexpected(proofs.error());
  verify::BundleExtras extras{std::move(*proofs), options.properties != nullptr ? options.properties->text : ""};
  if (auto written = verify::write_bundle(*certificate, task.contract, source, **screened, **ir, out, extras); !written)
    return std::unexpected(written.error());
  if (signing->key)
    if (auto done = verify::attest::sign_bundle(out, *signing->key, signing->previous); !done) return std::unexpected(done.error());
  auto verdict = certificate->overall();
  auto counts = (*certifier)->solver_counts();
  if (arguments.json)
    print_json({{"verdict", name_of(verdict)},
                {"bundle", out},
                {"certificate", verify::to_json(*certificate)},
                {"milliseconds", verify::to_json(certificate->times)},
                {"solver_cache", {{"hits", counts.cache_hits}, {"misses", counts.cache_misses}}},
                {"missing_layers", bench->jail().missing_layers()}});
  else print_text(*certificate, out);
  return std::holds_alternative<Proved>(verdict) ? kOk : kFindings;
}

}  // namespace

void add_certify(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("certify", "prove what can be proved of a policy, and write the bundle");
  command->add_option("task", arguments->task, "the task's folder")->required();
  command->add_option("policy", arguments->policy, "a policy, C++ in the task's contract")->required();
  command->add_option("--out", arguments->out, "folder of the bundle (default: certificate-POLICY; same input, same bytes)");
  command->add_option("--sign", arguments->sign, "secret key (assay key new): the bundle gets a signed in-toto statement");
  command->add_option("--after", arguments->after, "signed bundle that this one succeeds; its digest becomes part of the statement");
  command->add_option("--solver-seconds", arguments->seconds, "per claim; past it the answer is unknown")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command->add_option("--cache", arguments->cache, "file of answers that solvers gave before: believed for verdicts, never for a bundle's proofs");
  add_without(*command, arguments->without);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Each claim: verdict, proved share of its inputs, level, function, property, obligations settled by ranges and by a solver.\n"
      "A refuted claim is followed by its smallest input found, what the compiled code did on it, and its values step by step.\n\n"
      "Exit codes: 0 every required claim proved, 1 refused, refuted or unknown, 2 wrong usage or input.\n\n"
      "Examples:\n"
      "  assay certify tasks/web_cache tasks/web_cache/baselines/lru.cpp\n"
      "  assay certify tasks/web_cache my_policy.cpp --out proof --json\n"
      "  assay certify tasks/web_cache my_policy.cpp --out proof --sign signing-key\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = certify(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
