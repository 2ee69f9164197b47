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
    {"run", add_run},       {"resume", add_resume}, {"report", add_report}, {"eval", add_eval},
    {"certify", add_certify}, {"task", add_task},     {"trace", add_trace},
};

}  // namespace

int run_program(int argc, const char* const* argv) {
  CLI::App app("Searches for system policies, measures them and certifies them.", "assay");
  app.require_subcommand(1);
  app.set_version_flag("--version", "assay 0.1.0");
  app.footer("`assay COMMAND --help` ends in examples. Exit codes: docs/cli.md.");
  Action action;
  for (const auto& command : kCommands) command.add(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kOurError;
  }
  return action ? action() : kOurError;
}

}  // namespace assay::cli
