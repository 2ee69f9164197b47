// assay lemmas: what holds of a congestion control on every path that the network model allows, with a trace where it does not.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/report/packet_plot.h"
#include "cli/workbench.h"
#include "evolve/archive.h"
#include "verify/lower/lower.h"
#include "verify/network/prove.h"

namespace assay::cli {
namespace {

namespace network = verify::network;

struct Arguments {
  std::string task, policy, out;
  std::vector<std::string> only, without;
  double seconds = 20;
  std::int64_t rate = 10;
  unsigned calls_per_rtt = 1, steps = 0;
  bool json = false, texts = false;
};

/// Absent: the policy was refused, which has been said.
Result<Attempt<std::unique_ptr<network::PolicySender>>> sender_of(Workbench& bench, const LoadedTask& loaded, const Source& source, verify::smt::Solver& solver) {
  using Out = Attempt<std::unique_ptr<network::PolicySender>>;
  auto screened = bench.screen(loaded, source);
  if (!screened) return std::unexpected(screened.error());
  if (!*screened) return Out(std::unexpected(screened->error()));
  auto ir = bench.toolchain().lower(loaded.task.contract, **screened);
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return Out(std::unexpected(ir->error()));
  auto functions = verify::lower::lower_functions((*ir)->bitcode, loaded.task.contract);
  if (!functions) return std::unexpected(functions.error());
  auto programs = network::policy_programs(*functions);
  if (!programs) return std::unexpected(programs.error());
  auto sender = network::make_policy_sender(std::move(*programs), {.instruction_bound = loaded.task.limits.instructions, .solver = &solver});
  if (!sender) return std::unexpected(sender.error());
  return Out(std::move(*sender));
}

Result<std::vector<network::PacketLemma>> chosen(const Arguments& arguments) {
  auto all = network::packet_lemmas({.rate = arguments.rate, .rtt = arguments.calls_per_rtt, .steps = arguments.steps});
  if (arguments.only.empty()) return all;
  std::vector<network::PacketLemma> out;
  for (const std::string& name : arguments.only) {
    auto found = std::ranges::find(all, name, &network::PacketLemma::name);
    std::string known;
    for (const auto& lemma : all) known += (known.empty() ? "" : ", ") + lemma.name;
    if (found == all.end()) return fail("--only " + name + ": no such lemma (known: " + known + ")");
    out.push_back(*found);
  }
  return out;
}

/// What an earlier run left of the same lemma would be read as this one's.
void remove_runs(const std::filesystem::path& folder, const std::string& lemma) {
  std::error_code ignored;
  for (const char* kind : {"-counterexample", "-witness"})
    for (const char* extension : {".csv", ".svg"}) std::filesystem::remove(folder / (lemma + kind + extension), ignored);
}

Result<void> write_run(const network::LemmaResult& result, const std::filesystem::path& folder, const std::string& policy) {
  remove_runs(folder, result.lemma);
  if (!result.run) return {};
  const bool refuted = std::holds_alternative<Refuted>(result.verdict);
  const std::string name = result.lemma + (refuted ? "-counterexample" : "-witness");
  const std::string title = policy + ", " + result.lemma + ": " + (refuted ? "counterexample" : "a run that the lemma speaks of");
  if (auto done = write_file(folder / (name + ".csv"), to_csv(*result.run)); !done) return done;
  return write_file(folder / (name + ".svg"), packet_plot(*result.run, title));
}

std::string why(const network::LemmaResult& result) {
  const auto* unknown = std::get_if<Unknown>(&result.verdict);
  return unknown == nullptr ? result.says : unknown->reason;
}

void print_result(const network::LemmaResult& result) {
  std::printf("%-9s %-19s %7.1f s  %s\n", std::string(name_of(result.verdict)).c_str(), result.lemma.c_str(),
              static_cast<double>(result.all.count()) / 1000, printable(why(result)).c_str());
  std::fflush(stdout);
}

/// Nothing rests on the texts: for a closer look with a solver at hand.
Result<void> write_texts(const network::PacketLemma& lemma, const network::PolicySender& sender, const std::filesystem::path& folder) {
  const network::LemmaTexts texts = texts_of(lemma, sender);
  for (const auto& [name, text] : {std::pair{"premises", &texts.premises}, {"refutation", &texts.refutation}, {"twin", &texts.twin}})
    if (auto done = write_file(folder / (lemma.name + "-" + name + ".smt2"), *text); !done) return done;
  return {};
}

Result<int> lemmas(const Arguments& arguments) {
  if (10000 % arguments.rate != 0) return fail("--rate " + std::to_string(arguments.rate) + ": no divisor of 10000");
  auto asked = chosen(arguments);
  if (!asked) return std::unexpected(asked.error());
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  auto text = read_file(arguments.policy);
  if (!text) return std::unexpected(text.error());
  auto bench = Workbench::start(arguments.without);
  if (!bench) return std::unexpected(bench.error());
  auto solver = verify::smt::start_portfolio(bench->options());
  if (!solver) return std::unexpected(solver.error());
  auto sender = sender_of(*bench, *loaded, {std::move(*text), arguments.policy}, **solver);
  if (!sender) return std::unexpected(sender.error());
  if (!*sender) {
    say_outcome(arguments.policy, sender->error());
    if (arguments.json) print_json({{"outcome", evolve::to_json(sender->error())}});
    return kFindings;
  }
  const std::string stem = std::filesystem::path(arguments.policy).stem().string();
  const std::filesystem::path folder = arguments.out.empty() ? "lemmas-" + stem : arguments.out;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail("creating " + folder.string() + ": " + failed.message());
  Json results = Json::array();
  bool all_proved = true;
  for (const auto& lemma : *asked) {
    if (arguments.texts)
      if (auto done = write_texts(lemma, ***sender, folder); !done) return std::unexpected(done.error());
    auto result = prove(lemma, ***sender, **solver, {.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.seconds * 1000)),
                                                     .instruction_bound = loaded->task.limits.instructions});
    if (!result) return std::unexpected(result.error());
    if (!arguments.json) print_result(*result);
    if (auto done = write_run(*result, folder, stem); !done) return std::unexpected(done.error());
    all_proved = all_proved && std::holds_alternative<Proved>(result->verdict);
    results.push_back(to_json(*result));
  }
  Json out{{"policy", arguments.policy}, {"task", loaded->task.name}, {"solvers", verify::smt::solver_versions()}, {"lemmas", results}};
  if (auto done = write_file(folder / "lemmas.json", out.dump(1) + "\n"); !done) return std::unexpected(done.error());
  if (arguments.json) print_json(out);
  else std::printf("\ntraces and lemmas.json in %s\n", folder.c_str());
  return all_proved ? kOk : kFindings;
}

}  // namespace

void add_lemmas(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("lemmas", "decide bounded claims of a congestion control over every behaviour of a network path");
  command->add_option("task", arguments->task, "the task's folder: a contract with on_ack, on_loss and on_timeout")->required();
  command->add_option("policy", arguments->policy, "a policy, C++ in the task's contract")->required();
  command->add_option("--out", arguments->out, "folder of lemmas.json and the traces (default: lemmas-POLICY)");
  command->add_option("--only", arguments->only, "these lemmas (several: repeat)");
  command->add_option("--seconds", arguments->seconds, "for each question, by the clock; past it the answer is unknown")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_option("--rate", arguments->rate, "packets that the link serves in a step of 10 ms; a divisor of 10000")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  command->add_option("--calls-per-rtt", arguments->calls_per_rtt, "steps to a propagation delay; one call of the policy a step")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  command->add_option("--steps", arguments->steps, "instead of each lemma's own number")->check(CLI::Range(1, 60));
  command->add_flag("--texts", arguments->texts, "write the SMT-LIB questions, too");
  add_without(*command, arguments->without);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "A lemma is proved if Z3 or cvc5 finds that no behaviour breaks it, its premises can be met and a twin sender breaks it; no proof\n"
      "beyond the solver's word is kept. A refuted one has a trace, whose every call was run in the interpreter. The policy is called\n"
      "once a step, with the step's acknowledgements together; the wait before a timeout takes no time in the model.\n\n"
      "Exit codes: 0 every lemma proved, 1 refused, refuted or unknown, 2 wrong usage or input.\n\n"
      "Examples:\n"
      "  assay lemmas tasks/congestion_control tasks/congestion_control/baselines/reno.cpp\n"
      "  assay lemmas tasks/congestion_control my_policy.cpp --only delay_bounded --seconds 120\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = lemmas(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
