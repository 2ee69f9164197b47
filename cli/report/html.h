#pragma once
// The report as one page that needs no network, no script and no file beside it.

#include <string>

#include "cli/report/data.h"

namespace assay::cli {

std::string report_html(const ReportData& data);

}  // namespace assay::cli
