#pragma once
// Options that say how a trace file is to be read, shared by `trace convert`, `trace stats` and `eval --trace`.

#include <string>

#include "base/result.h"
#include "evaluators/cache/trace_read.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct TraceArguments {
  std::string format;
  std::string time, id, size, delimiter;
  bool header = false, no_header = false;
  bool allow_unsorted = false;
};

void add_trace_options(CLI::App& command, TraceArguments& arguments);
/// The Error names the option.
Result<evaluators::cache::ReadOptions> read_options(const TraceArguments& arguments);

}  // namespace assay::cli
