#include "cli/campaign_end.h"

#include <cstdio>
#include <utility>

#include "base/file.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/report/html.h"
#include "cli/report/table.h"

namespace assay::cli {

Result<WrittenReport> write_report(const std::filesystem::path& folder, const std::filesystem::path& html) {
  auto archive = evolve::Archive::open_read_only(folder);
  if (!archive) return std::unexpected(archive.error());
  auto data = collect_report(**archive);
  if (!data) return std::unexpected(data.error());
  auto path = html.empty() ? folder / "report.html" : html;
  if (auto written = write_file(path, report_html(*data)); !written) return std::unexpected(written.error());
  return WrittenReport{std::move(*data), path};
}

int exit_code_of(const evolve::CampaignSummary& summary, std::uint64_t candidates_budget) {
  if (summary.reason == evolve::StopReason::interrupted) return kInterrupted;
  if (candidates_budget == 0 || summary.candidates < candidates_budget) return kBudgetSpent;
  return summary.champion && summary.certificate_verdict == "proved" ? kOk : kFindings;
}

Result<int> end_campaign(const std::filesystem::path& folder, const evolve::CampaignSummary& summary, bool json) {
  auto report = write_report(folder);
  if (!report) return std::unexpected(report.error());
  const auto& budget = report->data.budget;
  auto bound = budget.contains("candidates") && budget.at("candidates").is_number_unsigned()
                   ? budget.at("candidates").get<std::uint64_t>() : 0;
  int code = exit_code_of(summary, bound);
  if (json) {
    Json object = to_json(report->data);
    object["folder"] = folder.string();
    object["report"] = report->html.string();
    object["head"] = summary.head.hex();
    object["exit_code"] = code;
    print_json(object);
  } else {
    std::fputs((report_table(report->data) + "report       " + std::filesystem::absolute(report->html).string() + "\n").c_str(), stdout);
  }
  if (code == kInterrupted) say("interrupted with everything kept; go on with: assay resume " + folder.string());
  if (code == kBudgetSpent) say("the budget is spent, results are kept; go on with: assay resume " + folder.string() + " --budget ...");
  return code;
}

}  // namespace assay::cli
