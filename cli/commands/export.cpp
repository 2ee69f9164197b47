// assay export: a congestion-control policy as a program for the kernel, an order of tiles as device code.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/device_code.h"
#include "cli/exit_code.h"
#include "cli/kernel/exported.h"
#include "cli/output.h"
#include "cli/workbench.h"
#include "evaluators/congestion/kernel/bpf_control.h"
#include "evolve/archive.h"
#include "verify/export_equivalence.h"

namespace assay::cli {
namespace {

namespace congestion = evaluators::congestion;

struct Arguments {
  std::string task, policy, target = "bpf", out;
  bool check = false, prove = false, json = false;
  std::vector<std::string> without;
};

Json json_of(const congestion::Judgement& judgement, const Exported& exported) {
  if (const auto* accepted = std::get_if<congestion::Accepted>(&judgement)) {
    Json programs = Json::object();
    for (const auto& program : accepted->programs) programs[program.program] = program.instructions;
    return {{"verdict", "accepted"}, {"instructions", std::move(programs)}};
  }
  if (const auto* refused = std::get_if<congestion::Refused>(&judgement))
    return {{"verdict", "refused"}, {"program", refused->program}, {"line", source_line(exported, *refused)},
            {"complaint", refused->complaint}, {"mend", refused->mend}, {"log", refused->log}};
  return {{"verdict", "unavailable"}, {"reason", std::get<congestion::Unavailable>(judgement).reason}};
}

/// Prints the verdict; the exit code.
int tell(const Arguments& arguments, const Exported& exported, const congestion::Judgement& judgement) {
  if (const auto* refused = std::get_if<congestion::Refused>(&judgement)) {
    say_refused(arguments.policy, exported, *refused);
    return kFindings;
  }
  if (const auto* unavailable = std::get_if<congestion::Unavailable>(&judgement)) {
    say("the kernel cannot be asked: " + unavailable->reason);
    return kOurError;
  }
  if (arguments.json) return kOk;
  for (const auto& program : std::get<congestion::Accepted>(judgement).programs)
    std::printf("%-20s accepted, %s instructions verified\n", program.program.c_str(), grouped(program.instructions).c_str());
  return kOk;
}

int print_refusal(const Arguments& arguments, const Outcome& outcome) {
  say_outcome(arguments.policy, outcome);
  if (arguments.json) print_json({{"outcome", evolve::to_json(outcome)}});
  return kFindings;
}

using Equivalences = std::vector<verify::ExportedFunction>;

Json json_of(const verify::Equivalence& equivalence) {
  Json json{{"verdict", name_of(equivalence.verdict)}, {"by_terms", equivalence.by_terms}, {"by_solver", equivalence.by_solver}};
  if (const auto* refuted = std::get_if<Refuted>(&equivalence.verdict)) json["counterexample"] = refuted->counterexample;
  if (const auto* unknown = std::get_if<Unknown>(&equivalence.verdict)) json["reason"] = unknown->reason;
  return json;
}

Json json_of(const Equivalences& functions) {
  Json json = Json::object();
  for (const auto& each : functions) {
    json[each.function] = {{"as_simulated", json_of(each.simulated)}, {"as_certified", json_of(each.checked)}};
    if (each.read) json[each.function]["before_optimisation"] = json_of(*each.read);
    if (!each.may_go_wrong.empty()) json[each.function]["may_go_wrong"] = {{"what", each.may_go_wrong}, {"line", each.line}};
  }
  return json;
}

/// One line; whether it is proved.
bool tell(const std::string& function, const char* what, const Verdict& verdict, bool silent) {
  std::string why;
  if (const auto* refuted = std::get_if<Refuted>(&verdict)) why = "  " + refuted->counterexample;
  if (const auto* unknown = std::get_if<Unknown>(&verdict)) why = "  " + unknown->reason;
  if (!silent) std::printf("%-20s %s: %s%s\n", function.c_str(), what, std::string(name_of(verdict)).c_str(), why.c_str());
  return std::holds_alternative<Proved>(verdict);
}

/// Prints what is not JSON; whether all is proved, LLVM's optimiser trusted where it has to be.
bool tell(const Arguments& arguments, const Equivalences& functions) {
  bool all = true;
  for (const auto& each : functions) {
    const bool simulated = tell(each.function, "as simulated", each.simulated.verdict, arguments.json);
    const bool certified = tell(each.function, "as certified", each.checked.verdict, arguments.json);
    const bool read = each.read && tell(each.function, "as certified, before optimisation", each.read->verdict, arguments.json);
    const bool differs = std::holds_alternative<Refuted>(each.simulated.verdict) || std::holds_alternative<Refuted>(each.checked.verdict);
    if (!each.may_go_wrong.empty())
      say(arguments.policy + (each.line > 0 ? ":" + std::to_string(each.line) : "") + ": " + each.function + " is not seen to be safe for every input (" + each.may_go_wrong +
          "); nothing is said of inputs for which it is not: `assay certify` tells whether there are any");
    all = all && !differs && ((simulated && certified) || read) && each.may_go_wrong.empty();
  }
  return all;
}

Result<int> finish(const Arguments& arguments, const LoadedTask& loaded, const Exported& exported, const Equivalences& functions) {
  Json json{{"name", exported.name}, {"outcome", evolve::to_json(Outcome{})}};
  int code = kOk;
  if (arguments.prove) {
    json["equivalence"] = json_of(functions);
    if (!tell(arguments, functions)) code = kFindings;
  }
  if (!arguments.out.empty()) {
    const std::string stem = std::filesystem::path(arguments.policy).stem().string();
    if (auto written = write_export(exported, loaded.task.contract, arguments.out, stem); !written) return std::unexpected(written.error());
    const std::string path = (std::filesystem::path(arguments.out) / (stem + ".bpf.o")).string();
    json["object"] = path;
    if (!arguments.json) std::printf("%s  %s\n", exported.name.c_str(), path.c_str());
  }
  if (arguments.check) {
    auto judged = congestion::load_control(exported.object.bytes, congestion::Registration::none);
    if (!judged) return std::unexpected(judged.error());
    json["kernel"] = json_of(judged->judgement, exported);
    if (const int verdict = tell(arguments, exported, judged->judgement); verdict != kOk) code = verdict;
  }
  if (arguments.json) print_json(json);
  return code;
}

Result<int> export_device_code(const Arguments& arguments) {
  if (arguments.prove) return fail("--prove compares with the kernel's programs: it goes with --target bpf");
  if (arguments.out.empty() && !arguments.check) return fail("nothing to do: give -o FOLDER to write the text, --check to have it compiled and its machine code inspected");
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  auto text = read_file(arguments.policy);
  if (!text) return std::unexpected(text.error());
  auto toolchain = verify::Toolchain::start({.deadline = std::chrono::seconds{10}, .jail = {.without = arguments.without}});
  if (!toolchain) return std::unexpected(toolchain.error());
  auto screened = (*toolchain)->screen(loaded->task.contract, Source{std::move(*text), arguments.policy});
  if (!screened) return std::unexpected(screened.error());
  if (!*screened) return print_refusal(arguments, screened->error());
  auto code = device_code(loaded->task.contract, **screened, arguments.check);
  if (!code) return std::unexpected(code.error());
  if (!*code) return print_refusal(arguments, code->error());
  Json json{{"outcome", evolve::to_json(Outcome{})}, {"device_code", (*code)->report}};
  if (!arguments.out.empty()) {
    auto paths = write_device_code(**code, arguments.out, std::filesystem::path(arguments.policy).stem().string());
    if (!paths) return std::unexpected(paths.error());
    json["files"] = *paths;
    if (!arguments.json)
      for (const auto& path : *paths) std::printf("%s\n", path.c_str());
  }
  if (arguments.json) print_json(json);
  else if (arguments.check) std::printf("accepted: %s\n", (*code)->report.dump().c_str());
  return kOk;
}

Result<int> export_one(const Arguments& arguments) {
  if (arguments.target == "cuda") return export_device_code(arguments);
  if (arguments.target != "bpf") return fail("--target " + arguments.target + ": unknown (known: bpf, cuda)");
  if (arguments.out.empty() && !arguments.check && !arguments.prove)
    return fail("nothing to do: give -o FOLDER to write the object, --check to have the running kernel judge it, --prove to compare it with what is simulated");
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  if (loaded->task.domain != "congestion")
    return fail("task " + loaded->task.name + " is of the domain " + loaded->task.domain + "; the kernel takes policies of the domain congestion");
  auto text = read_file(arguments.policy);
  if (!text) return std::unexpected(text.error());
  const sandbox::JailOptions jail{.without = arguments.without};
  std::unique_ptr<verify::smt::Solver> solver;
  if (arguments.prove) {
    auto started = verify::smt::start_portfolio(jail);
    if (!started) return std::unexpected(started.error());
    solver = std::move(*started);
  }
  auto toolchain = verify::Toolchain::start({.deadline = std::chrono::seconds{10}, .jail = jail});
  if (!toolchain) return std::unexpected(toolchain.error());
  auto screened = (*toolchain)->screen(loaded->task.contract, Source{std::move(*text), arguments.policy});
  if (!screened) return std::unexpected(screened.error());
  if (!*screened) return print_refusal(arguments, screened->error());
  auto exported = export_policy(**toolchain, loaded->task.contract, **screened);
  if (!exported) return std::unexpected(exported.error());
  if (!*exported) return print_refusal(arguments, exported->error());
  if (!solver) return finish(arguments, *loaded, **exported, {});
  auto functions = verify::compare_exported(loaded->task.contract, **screened, **toolchain, {}, *solver);
  if (!functions) return std::unexpected(functions.error());
  if (!*functions) return print_refusal(arguments, functions->error());
  return finish(arguments, *loaded, **exported, **functions);
}

}  // namespace

void add_export(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("export", "write a policy as a program for the kernel, or as device code for a GPU");
  command->add_option("task", arguments->task, "a task's folder, of the domain congestion; for cuda tasks/tile_order")->required();
  command->add_option("policy", arguments->policy, "the policy's text")->required();
  command->add_option("--target", arguments->target, "what it is written for: bpf (a struct_ops congestion control of Linux), or cuda (an order of tiles for the kernels of tasks/tile_order)")->capture_default_str();
  command->add_option("-o,--out", arguments->out, "folder for NAME.bpf.o, its README.md and all its sources, or for NAME.cu and NAME.cubin; made where it is not there");
  command->add_flag("--check", arguments->check, "bpf: load it into the running kernel, print what its verifier says, and unload it: needs root; cuda: compile it, inspect its machine code, link it");
  command->add_flag("--prove", arguments->prove, "prove of each function that it answers and remembers what the simulated and the certified one do, for every input for which those do nothing undefined");
  add_without(*command, arguments->without);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Exit codes: 0 exported (and accepted, and proved), 1 the policy was refused by the screen, the compiler or the kernel's verifier, or not all was\n"
      "proved, 2 wrong usage or input,\n"
      "or a host whose kernel cannot be asked.\n\n"
      "Examples:\n"
      "  assay export tasks/congestion_control tasks/congestion_control/baselines/reno.cpp --target bpf -o out --prove\n"
      "  assay export tasks/congestion_control my_policy.cpp --check --json\n"
      "  assay export tasks/tile_order tasks/tile_order/baselines/snake.cpp --target cuda --check -o out\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = export_one(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
