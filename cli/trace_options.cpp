#include "cli/trace_options.h"

#include <CLI/CLI.hpp>

namespace assay::cli {

namespace cache = evaluators::cache;

void add_trace_options(CLI::App& command, TraceArguments& arguments) {
  auto* group = command.add_option_group("How to read the trace", "where the file's name and content do not say it");
  group->add_option("--format", arguments.format, "oracle (oracleGeneral), csv, or ids (one object id per line)");
  group->add_option("--time", arguments.time, "CSV: column of the time, by name or number from 1");
  group->add_option("--id", arguments.id, "CSV: column of the object's id");
  group->add_option("--size", arguments.size, "CSV: column of the size in bytes; - for none (every size is 1)");
  group->add_option("--delimiter", arguments.delimiter, "CSV: one character, or tab");
  auto* header = group->add_flag("--header", arguments.header, "CSV: the first line names the columns");
  group->add_flag("--no-header", arguments.no_header, "CSV: the first line is a request")->excludes(header);
  group->add_flag("--allow-unsorted", arguments.allow_unsorted, "accept times that go back");
}

Result<cache::ReadOptions> read_options(const TraceArguments& arguments) {
  cache::ReadOptions options;
  if (!arguments.format.empty()) {
    options.format = cache::trace_format_named(arguments.format);
    if (!options.format) return fail("--format " + arguments.format + ": not a trace format (known: oracle, csv, ids)");
  }
  options.csv.time = arguments.time;
  options.csv.id = arguments.id;
  options.csv.size = arguments.size;
  if (arguments.delimiter == "tab") {
    options.csv.delimiter = '\t';
  } else if (!arguments.delimiter.empty()) {
    if (arguments.delimiter.size() != 1) return fail("--delimiter " + arguments.delimiter + ": must be one character, or tab");
    options.csv.delimiter = arguments.delimiter[0];
  }
  if (arguments.header) options.csv.header = true;
  if (arguments.no_header) options.csv.header = false;
  options.allow_unsorted = arguments.allow_unsorted;
  return options;
}

}  // namespace assay::cli
