#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/trace_options.h"
#include "evaluators/cache/trace_write.h"

namespace assay::cli {
namespace {

namespace cache = evaluators::cache;

struct Arguments {
  std::string in, out, to;
  double from_share = 0, to_share = 1;
  TraceArguments trace;
  bool json = false;
};

/// By the output's name where --to is not given.
std::string default_format(const std::string& out) {
  std::string base = out.ends_with(".csv") || out.ends_with(".csv.zst") ? "csv" : "oracle";
  return out.ends_with(".zst") ? base + ".zst" : base;
}

Result<cache::Trace> converted(const Arguments& arguments) {
  auto options = read_options(arguments.trace);
  if (!options) return std::unexpected(options.error());
  auto trace = cache::read_trace(arguments.in, *options);
  if (!trace || (arguments.from_share == 0 && arguments.to_share == 1)) return trace;
  return cache::window(*trace, arguments.from_share, arguments.to_share);
}

int convert(const Arguments& arguments) {
  auto name = arguments.to.empty() ? default_format(arguments.out) : arguments.to;
  auto format = cache::write_format_named(name);
  if (!format)
    return report_error({"--to " + name + ": not a format (known: oracle, oracle.zst, csv, csv.zst)"}, arguments.json);
  auto trace = converted(arguments);
  if (!trace) return report_error(trace.error(), arguments.json);
  if (auto written = cache::write_trace(*trace, arguments.out, *format); !written)
    return report_error(written.error(), arguments.json);
  say("wrote " + grouped(trace->requests()) + " requests for " + grouped(trace->objects()) + " objects as " + name + " to " +
      arguments.out + (trace->skipped == 0 ? "" : "; left out " + grouped(trace->skipped) + " of size 0"));
  if (arguments.json)
    print_json({{"out", arguments.out}, {"format", name}, {"requests", trace->requests()}, {"objects", trace->objects()},
                {"skipped", trace->skipped}, {"digest", trace->digest.hex()}});
  return kOk;
}

}  // namespace

void add_trace_convert(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("convert", "write a trace in another format, whole or a part of it");
  command->add_option("in", arguments->in, "the trace to read")->required();
  command->add_option("out", arguments->out, "the file to write")->required();
  command->add_option("--to", arguments->to, "oracle, oracle.zst, csv or csv.zst (default: by the name of OUT)");
  command->add_option("--from-share", arguments->from_share, "start at this share of the requests (0 to 1)");
  command->add_option("--to-share", arguments->to_share, "stop at this share of the requests (0 to 1)");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  add_trace_options(*command, arguments->trace);
  command->footer(
      "Examples:\n"
      "  assay trace convert requests.csv requests.oracleGeneral.zst --id key --size bytes --time ts\n"
      "  assay trace convert day.oracleGeneral.zst morning.csv --to-share 0.5\n");
  command->callback([arguments, &action] { action = [arguments] { return convert(*arguments); }; });
}

}  // namespace assay::cli
