#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace assay::cli {

void add_kernel(CLI::App& parent, Action& action) {
  auto* command = parent.add_subcommand("kernel", "congestion-control policies in the running kernel");
  command->require_subcommand(1);
  command->footer("Examples:\n"
                  "  assay kernel run tasks/congestion_control --policy my_policy.cpp --algorithm cubic --algorithm bbr\n"
                  "  assay kernel soak tasks/congestion_control 500 --seed 1\n");
  add_kernel_run(*command, action);
  add_kernel_soak(*command, action);
}

}  // namespace assay::cli
