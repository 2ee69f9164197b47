#pragma once
// The figures of a report, as inline SVG: no script, colours from the page's style, values readable without them.

#include <string>
#include <vector>

#include "cli/report/data.h"

namespace assay::cli {

/// Every scored candidate as a point, the best so far as a step line, baselines as dashed lines; x is the candidate's
/// number, y the mean objective over train. Points far worse than the rest are left out and counted in `left_out`.
struct FitnessPlot {
  std::string svg;
  std::size_t left_out = 0;
};
FitnessPlot fitness_plot(const ReportData& data);

/// One bar for each row that has a score on the instance, best first; bars start at 0.
std::string instance_plot(const ReportData& data, const ReportInstance& instance);

/// Round numbers that cover low..high in about `wanted` steps. Requires: low < high.
std::vector<double> axis_ticks(double low, double high, int wanted);

}  // namespace assay::cli
