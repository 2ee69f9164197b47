#pragma once
// What is shown when a campaign ends, and by `assay report`.

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/report/compare.h"
#include "cli/report/data.h"
#include "evolve/campaign.h"

namespace assay::cli {

struct WrittenReport {
  ReportData data;
  std::optional<Comparison> beside;  ///< with the campaigns in its folder `equal`, where there are such
  std::filesystem::path html;
  std::optional<Error> not_written;  ///< why the page is not there; the data are worth showing all the same
};
/// Reads the archive in `folder` and writes the page to `html` (default: `folder`/report.html, when empty).
Result<WrittenReport> write_report(const std::filesystem::path& folder, const std::filesystem::path& html = {});

/// The table and the page's path on stdout, or one JSON object with the members of `more`. The Error is `not_written`.
Result<void> show(const WrittenReport& report, bool json, const Json& more = Json::object());

/// A summary on its way between two processes.
Json to_json(const evolve::CampaignSummary& summary);
Result<evolve::CampaignSummary> summary_from_json(const Json& json);

/// Table, verdict and the page's path on stdout (or one JSON object); how to go on, on stderr. Returns the exit code.
Result<int> end_campaign(const std::filesystem::path& folder, const evolve::CampaignSummary& summary, bool json);

/// 0, 1, 4 or 130 (docs/cli.md). `candidates_budget`: what the campaign was given; 0 when it had no such bound.
int exit_code_of(const evolve::CampaignSummary& summary, std::uint64_t candidates_budget);

}  // namespace assay::cli
