#pragma once
// The table of subcommands. Each has a file in cli/commands/ that adds its options to the parser and, when it is the one
// chosen, sets the action. Nothing runs while the command line is read.

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace assay::cli {

/// What the chosen subcommand does; the result is the exit code.
using Action = std::function<int()>;

struct Command {
  const char* name;
  void (*add)(CLI::App& parent, Action& action);
};

void add_run(CLI::App& parent, Action& action);
void add_resume(CLI::App& parent, Action& action);
void add_replay(CLI::App& parent, Action& action);
void add_fsck(CLI::App& parent, Action& action);
void add_eval(CLI::App& parent, Action& action);
void add_certify(CLI::App& parent, Action& action);
void add_export(CLI::App& parent, Action& action);
void add_gate(CLI::App& parent, Action& action);
void add_kernel(CLI::App& parent, Action& action);
void add_kernel_run(CLI::App& parent, Action& action);
void add_kernel_soak(CLI::App& parent, Action& action);
void add_lemmas(CLI::App& parent, Action& action);
void add_key(CLI::App& parent, Action& action);
void add_matrix(CLI::App& parent, Action& action);
void add_prompt(CLI::App& parent, Action& action);
void add_report(CLI::App& parent, Action& action);
void add_sandbox(CLI::App& parent, Action& action);
void add_task(CLI::App& parent, Action& action);
void add_trace(CLI::App& parent, Action& action);
void add_trace_record(CLI::App& parent, Action& action);
void add_trace_convert(CLI::App& parent, Action& action);
void add_trace_stats(CLI::App& parent, Action& action);

/// The whole program.
int run_program(int argc, const char* const* argv);

}  // namespace assay::cli
