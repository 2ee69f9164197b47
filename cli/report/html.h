#pragma once
// The report as one page that needs no network, no script and no file beside it.

#include <string>

#include "cli/report/data.h"

namespace assay::cli {

/// `comparison`: a section with other campaigns beside it (comparison_html), or "".
std::string report_html(const ReportData& data, const std::string& comparison = "");

}  // namespace assay::cli
