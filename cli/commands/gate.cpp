// assay gate: bundles, checked without believing them. For CI: one command, a clear exit code.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/gate/gate.h"
#include "cli/output.h"
#include "cli/workbench.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::vector<std::string> folders, trust, without;
  std::string tasks = "tasks", task, format = "text", after, out, solver = "both";
  double seconds = 20;
  bool is_unsigned = false;
};

/// Toolchain and solvers: started once, before anything else runs.
struct Tools {
  std::unique_ptr<verify::Toolchain> toolchain;
  std::vector<std::unique_ptr<verify::smt::Solver>> owned;
  std::vector<std::pair<std::string, verify::smt::Solver*>> solvers;
  verify::proof::CheckTools view() { return {*toolchain, solvers}; }
};

Result<Tools> start_tools(const verify::proof::CheckOptions& options) {
  Tools out;
  auto add = [&](const char* name, Result<std::unique_ptr<verify::smt::Solver>> solver) -> Result<void> {
    if (!solver) return std::unexpected(solver.error());
    out.owned.push_back(std::move(*solver));
    out.solvers.emplace_back(name, out.owned.back().get());
    return {};
  };
  if (options.use_z3)
    if (auto good = add("z3", verify::smt::start_jailed_solver(options.jail)); !good) return std::unexpected(good.error());
  if (options.use_cvc5)
    if (auto good = add("cvc5", verify::smt::start_jailed_cvc5(options.jail)); !good) return std::unexpected(good.error());
  verify::ToolchainOptions toolchain;
  toolchain.jail = options.jail;
  auto started = verify::Toolchain::start(toolchain);
  if (!started) return std::unexpected(started.error());
  out.toolchain = std::move(*started);
  return out;
}

Result<void> is_folder(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) return {};
  return fail(path + " is no folder");
}

Result<gate::GateOptions> options_of(const Arguments& arguments) {
  gate::GateOptions out;
  out.tasks = arguments.tasks;
  out.task = arguments.task;
  out.check.use_z3 = arguments.solver != "cvc5";
  out.check.use_cvc5 = arguments.solver != "z3";
  out.check.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.seconds * 1000));
  out.check.jail.without = arguments.without;
  for (const std::string& folder : arguments.folders)
    if (auto there = is_folder(folder); !there) return std::unexpected(there.error());
  if (auto there = is_folder(arguments.tasks); !there) return fail(there.error().what + "; name the trusted tasks with --tasks FOLDER");
  if (arguments.trust.empty() != arguments.is_unsigned)
    return fail("name the public keys that you trust with --trust FILE_OR_FOLDER, or say --unsigned (and not both)");
  for (const std::string& path : arguments.trust) {
    auto keys = verify::attest::load_public_keys(path);
    if (!keys) return std::unexpected(keys.error());
    out.trusted.insert(out.trusted.end(), keys->begin(), keys->end());
  }
  if (arguments.after.empty()) return out;
  out.after = Digest::from_hex(arguments.after);
  if (!out.after) return fail("--after takes the SHA-256 digest of an attestation file, 64 hexadecimal digits");
  if (arguments.is_unsigned) return fail("--after needs a signature: what a bundle succeeds is part of what is signed");
  return out;
}

Result<int> gate_all(const Arguments& arguments) {
  auto options = options_of(arguments);
  if (!options) return std::unexpected(options.error());
  auto tools = start_tools(options->check);
  if (!tools) return std::unexpected(tools.error());
  gate::GateReport report;
  for (const std::string& folder : arguments.folders) {
    auto one = gate::gate_bundle(folder, *options, tools->view());
    if (!one) return std::unexpected(one.error());
    for (const std::string& layer : arguments.without)
      one->findings.push_back({.rule = "weak-sandbox", .message = "checked without the sandbox's layer " + layer, .file = folder, .line = 0, .is_error = false});
    report.bundles.push_back(std::move(*one));
  }
  auto text = gate::format_report(report, arguments.format);
  if (!text) return std::unexpected(text.error());
  if (arguments.out.empty()) std::fputs(text->c_str(), stdout);
  else if (auto written = write_file(arguments.out, *text); !written) return std::unexpected(written.error());
  say("gate: " + std::to_string(report.bundles.size()) + (report.bundles.size() == 1 ? " bundle, " : " bundles, ") + (report.ok() ? "all hold" : "not all hold"));
  return report.ok() ? kOk : kFindings;
}

}  // namespace

void add_gate(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("gate", "check bundles without believing them: signature, contract, every proof again");
  command->add_option("folders", arguments->folders, "bundles, as `assay certify --sign` writes them")->required();
  command->add_option("--trust", arguments->trust, "a public key (PEM), or a folder of them; repeatable");
  command->add_flag("--unsigned", arguments->is_unsigned, "do not ask for signatures; the report says so");
  command->add_option("--tasks", arguments->tasks, "folder of the trusted tasks: a bundle's contract must be the task's")->capture_default_str();
  command->add_option("--task", arguments->task, "the one task that the bundles must be of (default: any of the trusted ones)");
  command->add_option("--after", arguments->after, "digest of the attestation that the bundles must succeed");
  command->add_option("--format", arguments->format, "how findings are written")->check(CLI::IsMember(gate::report_formats()))->capture_default_str();
  command->add_option("--out", arguments->out, "file for the findings (default: stdout)");
  command->add_option("--solver", arguments->solver, "who discharges the obligations again")->check(CLI::IsMember({"z3", "cvc5", "both"}))->capture_default_str();
  command->add_option("--solver-seconds", arguments->seconds, "per obligation text and solver")->check(CLI::Range(0.001, 3600.0))->capture_default_str();
  add_without(*command, arguments->without);
  command->footer(
      "Exit codes: 0 every bundle holds, 1 one does not, 2 wrong usage or our own trouble.\n\n"
      "Examples:\n"
      "  assay gate policies/certified/web_cache/* --trust keys/ --task web_cache\n"
      "  assay gate proof --trust signing-key.pub.pem --format sarif --out gate.sarif\n"
      "  assay gate certificate-lru --unsigned --format github\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = gate_all(*arguments);
      return code ? *code : report_error(code.error(), arguments->format == "json");
    };
  });
}

}  // namespace assay::cli
