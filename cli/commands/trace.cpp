#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace assay::cli {

void add_trace(CLI::App& parent, Action& action) {
  auto* command = parent.add_subcommand("trace", "record, convert and describe request traces");
  command->require_subcommand(1);
  command->footer("Examples:\n"
                  "  assay trace record -- ninja -C build\n"
                  "  assay trace stats recorded.oracleGeneral.zst\n");
  add_trace_record(*command, action);
  add_trace_convert(*command, action);
  add_trace_stats(*command, action);
}

}  // namespace assay::cli
