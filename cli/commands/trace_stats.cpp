#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/trace_options.h"

namespace assay::cli {
namespace {

namespace cache = evaluators::cache;

struct Arguments {
  std::string file;
  TraceArguments trace;
  bool json = false;
};

Json to_json(const cache::TraceStats& stats, const cache::Trace& trace) {
  Json json{{"requests", stats.requests},
            {"objects", stats.objects},
            {"skipped", stats.skipped},
            {"requested_bytes", stats.requested_bytes},
            {"working_set_bytes", stats.working_set_bytes},
            {"smallest_bytes", stats.smallest_bytes},
            {"largest_bytes", stats.largest_bytes},
            {"mean_object_bytes", stats.mean_object_bytes},
            {"one_hit_share", stats.one_hit_share},
            {"compulsory_miss_ratio", stats.compulsory_miss_ratio},
            {"top_percent_share", stats.top_percent_share},
            {"sizes_vary", stats.sizes_vary},
            {"digest", trace.digest.hex()}};
  if (stats.first_time) json["first_time"] = *stats.first_time;
  if (stats.last_time) json["last_time"] = *stats.last_time;
  return json;
}

void print_row(const char* name, const std::string& value) { std::printf("%-24s %s\n", name, value.c_str()); }

void print_text(const cache::TraceStats& stats, const cache::Trace& trace) {
  print_row("requests", grouped(stats.requests));
  print_row("objects", grouped(stats.objects));
  if (stats.skipped > 0) print_row("left out (size 0)", grouped(stats.skipped));
  print_row("requested", bytes_text(static_cast<double>(stats.requested_bytes)));
  print_row("working set", bytes_text(static_cast<double>(stats.working_set_bytes)));
  print_row("object size", bytes_text(static_cast<double>(stats.smallest_bytes)) + " to " +
                               bytes_text(static_cast<double>(stats.largest_bytes)) + ", mean " +
                               bytes_text(stats.mean_object_bytes) + (stats.sizes_vary ? "; varies between requests" : ""));
  print_row("requested once", ratio_text(stats.one_hit_share) + " of the objects");
  print_row("compulsory miss ratio", ratio_text(stats.compulsory_miss_ratio));
  print_row("most popular 1 %", ratio_text(stats.top_percent_share) + " of the requests");
  if (stats.first_time && stats.last_time)
    print_row("time span", duration_text(static_cast<double>(*stats.last_time - *stats.first_time)));
  print_row("digest", trace.digest.hex());
}

int show(const Arguments& arguments) {
  auto options = read_options(arguments.trace);
  if (!options) return report_error(options.error(), arguments.json);
  auto trace = cache::read_trace(arguments.file, *options);
  if (!trace) return report_error(trace.error(), arguments.json);
  auto stats = cache::stats(*trace);
  if (arguments.json) print_json(to_json(stats, *trace));
  else print_text(stats, *trace);
  return kOk;
}

}  // namespace

void add_trace_stats(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("stats", "requests, objects, sizes and popularity of a trace");
  command->add_option("file", arguments->file, "the trace")->required();
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  add_trace_options(*command, arguments->trace);
  command->footer(
      "Examples:\n"
      "  assay trace stats recorded.oracleGeneral.zst\n"
      "  assay trace stats ids.txt --format ids --json\n");
  command->callback([arguments, &action] { action = [arguments] { return show(*arguments); }; });
}

}  // namespace assay::cli
