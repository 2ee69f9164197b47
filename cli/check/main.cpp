// assay-check: does a bundle show what it says? A small program of its own, without the abstract domains.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "verify/proof/check.h"

namespace assay::cli {
namespace {

namespace proof = verify::proof;

struct Arguments {
  std::string folder, solver = "both";
  std::vector<std::string> without;
  double seconds = 20;
  bool json = false;
};

/// Nothing of a bundle reaches a terminal as anything but text.
std::string printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

void print_text(const proof::CheckReport& report) {
  for (const proof::CheckStep& step : report.steps)
    std::printf("%-4s %-28s %7.3f s  %s\n", step.good ? "ok" : "BAD", printable(step.name).c_str(), step.seconds, printable(step.detail).c_str());
  for (const auto& [solver, seconds] : report.solver_seconds) std::printf("     %-28s %7.3f s\n", solver.c_str(), seconds);
  if (report.proved())
    std::printf("proved and checked: %zu claims, %zu obligations (%zu by simplification alone, the rest in %zu texts, %zu of them with clauses and a refutation)\n", report.claims, report.obligations, report.trivial, report.texts, report.cnf_proofs);
  else if (report.problem().empty()) std::printf("checked: the certificate's verdict is \"%s\", and nothing in it is wrong\n", printable(report.verdict).c_str());
  else std::printf("NOT SHOWN: %s\n", printable(report.problem()).c_str());
}

int our_error(const Arguments& arguments, const Error& error) {
  if (arguments.json) std::printf("%s\n", Json{{"error", error.what}}.dump(2, ' ', true, Json::error_handler_t::replace).c_str());
  std::fprintf(stderr, "assay-check: %s\n", printable(error.what).c_str());
  return kOurError;
}

int run(const Arguments& arguments) {
  proof::CheckOptions options;
  options.use_z3 = arguments.solver != "cvc5";
  options.use_cvc5 = arguments.solver != "z3";
  options.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.seconds * 1000));
  options.jail.without = arguments.without;
  auto report = proof::check(arguments.folder, options);
  if (!report) return our_error(arguments, report.error());
  if (arguments.json) std::printf("%s\n", proof::to_json(*report).dump(2, ' ', true, Json::error_handler_t::replace).c_str());
  else print_text(*report);
  return report->proved() ? kOk : kFindings;
}

}  // namespace
}  // namespace assay::cli

int main(int argc, char** argv) {
  assay::cli::Arguments arguments;
  CLI::App app("Checks a certificate bundle: builds the IR again, makes every obligation of its proofs again, compares them and solves them.", "assay-check");
  app.add_option("bundle", arguments.folder, "the folder that holds certificate.json")->required();
  app.add_option("--solver", arguments.solver, "whom to ask")->check(CLI::IsMember({"z3", "cvc5", "both"}))->capture_default_str();
  app.add_option("--timeout", arguments.seconds, "seconds for each text and solver")->check(CLI::Range(0.001, 3600.0))->capture_default_str();
  app.add_option("--allow-weak-sandbox", arguments.without, "run although this layer of the sandbox is missing: namespaces, landlock, seccomp, rlimits, clock or cgroups")->delimiter(',');
  app.add_flag("--json", arguments.json, "one JSON object on stdout");
  app.footer("Exit codes: 0 proved and checked, 1 the bundle does not show that (the first reason is named), 2 wrong usage or a defect of ours.\n\n"
             "Examples:\n  assay-check certificate-lru\n  assay-check certificate-lru --solver cvc5 --json");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? assay::cli::kOk : assay::cli::kOurError;
  }
  return assay::cli::run(arguments);
}
