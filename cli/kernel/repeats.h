#pragma once
// `assay kernel run`: one algorithm on one instance, several times, and what is shown of it. Real time is no simulation: two runs differ, so a
// figure is a median with its range.

#include <string>
#include <vector>

#include "base/json.h"
#include "evaluators/congestion/kernel/tcp_run.h"

namespace assay::cli {

struct Repeats {
  std::string instance, algorithm;
  std::vector<evaluators::congestion::kernel::KernelRun> runs;
  std::vector<evaluators::congestion::kernel::Invalid> invalid;  ///< runs that are no measurement
};

struct Spread {
  double median = 0, least = 0, most = 0;
};
/// Of an even number the median is the mean of the middle two. Requires: not empty.
Spread spread_of(std::vector<double> values);

/// A line for each, with the reasons of invalid runs below.
std::string table_of(const std::vector<Repeats>& all);
Json json_of(const Repeats& repeats);

/// Of the runs' lateness, the largest: "0.12" and "3.8".
struct WorstLateness {
  double p99_ms = 0, max_ms = 0;
};
WorstLateness worst_lateness(const Repeats& repeats);

}  // namespace assay::cli
