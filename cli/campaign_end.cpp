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
  auto measured = measure(folder);
  if (!measured) return std::unexpected(measured.error());
  auto path = html.empty() ? folder / "report.html" : html;
  WrittenReport report{measured->front().data, std::nullopt, path, std::nullopt};
  if (measured->size() > 1) {
    auto beside = compare(*measured);
    if (!beside) return std::unexpected(beside.error());
    report.beside = std::move(*beside);
  }
  const std::string comparison = report.beside ? comparison_html(*report.beside) : "";
  if (auto written = write_file(path, report_html(report.data, comparison)); !written) report.not_written = written.error();
  return report;
}

Result<void> show(const WrittenReport& report, bool json, const Json& more) {
  if (json) {
    Json object = to_json(report.data);
    object.update(more);
    if (report.beside) object["comparison"] = to_json(*report.beside);
    if (report.not_written) object["error"] = report.not_written->what;
    else object["report"] = report.html.string();
    print_json(object);
  } else {
    std::string text = report_table(report.data);
    if (report.beside) text += "\n" + comparison_text(*report.beside) + "\n";
    if (!report.not_written) text += "report       " + std::filesystem::absolute(report.html).string() + "\n";
    std::fputs(text.c_str(), stdout);
  }
  if (report.not_written) return std::unexpected(*report.not_written);
  return {};
}

Json to_json(const evolve::CampaignSummary& summary) {
  Json json{{"interrupted", summary.reason == evolve::StopReason::interrupted}, {"candidates", summary.candidates},
            {"verdict", summary.certificate_verdict}, {"head", summary.head.hex()}};
  if (summary.champion) json["champion"] = *summary.champion;
  return json;
}

Result<evolve::CampaignSummary> summary_from_json(const Json& json) {
  const std::string name = "a campaign's summary";
  auto interrupted = member<bool>(json, "interrupted", name);
  auto candidates = member<std::uint64_t>(json, "candidates", name);
  auto verdict = member<std::string>(json, "verdict", name);
  auto head = member<std::string>(json, "head", name);
  for (const Error* error : {interrupted ? nullptr : &interrupted.error(), candidates ? nullptr : &candidates.error(),
                             verdict ? nullptr : &verdict.error(), head ? nullptr : &head.error()})
    if (error) return std::unexpected(*error);
  evolve::CampaignSummary summary{*interrupted ? evolve::StopReason::interrupted : evolve::StopReason::budget, *candidates, std::nullopt, *verdict, {}};
  if (auto digest = Digest::from_hex(*head)) summary.head = *digest;
  if (json.contains("champion")) summary.champion = json.at("champion").get<std::uint64_t>();
  return summary;
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
  auto shown = show(*report, json, {{"folder", folder.string()}, {"head", summary.head.hex()}, {"exit_code", code}});
  if (!shown) say(shown.error().what);
  if (code == kInterrupted) say("interrupted with everything kept; go on with: assay resume " + folder.string());
  if (code == kBudgetSpent) say("the budget is spent, results are kept; go on with: assay resume " + folder.string() + " --budget ...");
  return shown ? code : kOurError;
}

}  // namespace assay::cli
