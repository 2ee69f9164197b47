#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace assay::cli {
namespace {

constexpr Command kCommands[] = {
    {"run", add_run},       {"resume", add_resume}, {"replay", add_replay}, {"fsck", add_fsck}, {"report", add_report}, {"eval", add_eval}, {"matrix", add_matrix},
    {"certify", add_certify}, {"lemmas", add_lemmas}, {"export", add_export}, {"gate", add_gate}, {"kernel", add_kernel}, {"key", add_key}, {"sandbox", add_sandbox}, {"task", add_task}, {"prompt", add_prompt}, {"trace", add_trace},
};

/// "unknown command fly (known: run, resume, ...)": the first word that names no subcommand where one is needed.
std::string unknown_command(CLI::App& app, int argc, const char* const* argv) {
  CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::string known;
    CLI::App* next = nullptr;
    for (CLI::App* command : at->get_subcommands([](CLI::App* sub) { return !sub->get_name().empty(); })) {
      known += (known.empty() ? "" : ", ") + command->get_name();
      if (command->get_name() == argv[i]) next = command;
    }
    if (known.empty()) return "";
    if (!next) return "unknown command " + std::string(argv[i]) + " (known: " + known + ")";
    at = next;
  }
  return "";
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  CLI::App app("Searches for system policies, measures them and certifies them.", "assay");
  app.require_subcommand(1);
  app.set_version_flag("--version", "assay 0.1.0");
  app.footer("`assay COMMAND --help` ends in examples. Exit codes: docs/cli.md.");
  Action action;
  for (const auto& command : kCommands) command.add(app, action);
  if (auto unknown = unknown_command(app, argc, argv); !unknown.empty()) {
    say(unknown);
    return kOurError;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kOurError;
  }
  return action ? action() : kOurError;
}

}  // namespace assay::cli
