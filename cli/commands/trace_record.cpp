#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/record/recorder.h"
#include "cli/record/to_trace.h"
#include "evaluators/cache/trace_write.h"

namespace assay::cli {
namespace {

struct RecordArguments {
  std::string out;
  bool json = false;
  std::vector<std::string> command;
};

/// A long recording should not end at a folder that cannot be written.
Result<void> check_writable(const std::filesystem::path& out) {
  auto folder = out.has_parent_path() ? out.parent_path() : std::filesystem::path(".");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return fail(system_error("write into " + folder.string()));
  if (std::filesystem::is_directory(out)) return fail("write " + out.string() + ": it is a folder; name a file with --out");
  return {};
}

int record_command(const RecordArguments& arguments) {
  std::string out = arguments.out.empty() ? free_name("recorded", ".oracleGeneral.zst") : arguments.out;
  if (auto writable = check_writable(out); !writable) return report_error(writable.error(), arguments.json);
  auto recording = record(arguments.command, {.stdout_to_stderr = arguments.json});
  if (!recording) return report_error(recording.error(), arguments.json);
  auto trace = to_trace(*recording);
  if (!trace) return report_error(trace.error(), arguments.json);
  auto written = evaluators::cache::write_trace(*trace, out, evaluators::cache::WriteFormat::oracle_zst);
  if (!written) return report_error(written.error(), arguments.json);
  say("recorded " + grouped(recording->requests.size()) + " requests for " + grouped(recording->files.size()) +
      " files in " + out + (recording->interrupted ? " (interrupted)" : ""));
  if (arguments.json)
    print_json({{"out", out},
                {"requests", recording->requests.size()},
                {"files", recording->files.size()},
                {"interrupted", recording->interrupted},
                {"command_exit_code", recording->exit_code}});
  return recording->exit_code;
}

}  // namespace

void add_trace_record(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<RecordArguments>();
  auto* command = parent.add_subcommand("record", "record the files that a command and its children read, as a trace");
  command->add_option("--out", arguments->out, "the trace to write (default: recorded.oracleGeneral.zst, never over another)");
  command->add_flag("--json", arguments->json, "one JSON object on stdout; the command's own stdout goes to stderr");
  command->add_option("command", arguments->command, "after --: the command and its arguments")->required();
  command->footer(
      "The exit code is the command's own; 2 when it could not be started or the trace not be written.\n"
      "Ctrl-C goes to the command and keeps what was recorded; a second one ends it at once.\n\n"
      "Examples:\n"
      "  assay trace record -- ninja -C build\n"
      "  assay trace record --out build.oracleGeneral.zst -- make -j2\n");
  command->callback([arguments, &action] {
    action = [arguments] { return record_command(*arguments); };
  });
}

}  // namespace assay::cli
