#pragma once
// The report for a terminal.

#include <string>
#include <vector>

#include "cli/report/data.h"

namespace assay::cli {

/// Champion against every baseline, per instance and mean of each split; then the verdict, the outcomes and the cost.
std::string report_table(const ReportData& data);

/// "miss_ratio 0.1234 on holdout: 5.1 % below lru (0.1300)", for the baselines that people ask about and the best one.
std::vector<std::string> comparison_lines(const ReportData& data);
/// What the choice of the champion hides: that it is a baseline, that another candidate is better on train. Untrusted text.
std::vector<std::string> selection_lines(const ReportData& data);

}  // namespace assay::cli
