#pragma once
// The parts of the page about the champion: its text, where it came from, what is proved of it.

#include <string>

#include "cli/report/data.h"

namespace assay::cli {

/// "✓ proved" and so on, as a badge; "" reads "not certified".
std::string verdict_badge(const std::string& verdict);
/// "10 of 10 claims proved"
std::string claim_count(const ReportData& data);
std::string champion_section(const ReportData& data);
std::string certificate_section(const ReportData& data);

}  // namespace assay::cli
