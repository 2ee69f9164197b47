#include "cli/report/table.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include "cli/output.h"

namespace assay::cli {
namespace {

constexpr std::string_view kSplits[] = {"train", "validation", "holdout"};
constexpr std::size_t kInstancesShown = 5;  ///< a split with more shows its mean only
constexpr std::size_t kCell = 8;
constexpr std::size_t kName = 30;

std::string left(const std::string& text, std::size_t width) {
  return text.size() >= width ? text.substr(0, width - 1) + " " : text + std::string(width - text.size(), ' ');
}
std::string right(const std::string& text, std::size_t width) {
  return text.size() >= width ? text.substr(0, width) : std::string(width - text.size(), ' ') + text;
}

/// "train-10%" is "10%" under the heading "train".
std::string short_name(const ReportInstance& instance) {
  auto name = instance.name;
  if (name.starts_with(instance.split + "-")) name.erase(0, instance.split.size() + 1);
  return name.size() < kCell ? name : name.substr(0, kCell - 2) + "~";
}

/// One column: a heading of the split, one of its own, and a value for each row.
struct Column {
  std::string split, heading;
  std::function<std::optional<double>(const ReportRow&)> value;
};

std::vector<Column> columns_of(const ReportData& data) {
  std::vector<Column> columns;
  for (auto split : kSplits) {
    std::vector<const ReportInstance*> instances;
    for (const auto& instance : data.instances)
      if (instance.split == split) instances.push_back(&instance);
    if (instances.empty()) continue;
    if (instances.size() > kInstancesShown || instances.size() == 1) instances.clear();
    for (const auto* instance : instances)
      columns.push_back({std::string(split), short_name(*instance), [name = instance->name](const ReportRow& row) {
                           auto score = row.scores.find(name);
                           return score == row.scores.end() ? std::nullopt : std::optional(score->second.objective);
                         }});
    columns.push_back(
        {std::string(split), "mean", [&data, split](const ReportRow& row) { return mean_of(data, row, split); }});
  }
  return columns;
}

std::string headings(const std::vector<Column>& columns) {
  std::string splits, names = left("policy", kName);
  std::string split;
  for (const auto& column : columns) {
    bool first = column.split != split;
    if (first) splits = left(splits, std::max(names.size(), splits.size()) + 4) + column.split;
    names += (first ? "  " : "") + right(column.heading, kCell);
    split = column.split;
  }
  return splits + "\n" + names + "\n";
}

std::string row_text(const ReportRow& row, const std::vector<Column>& columns) {
  bool champion = row.kind == "champion";
  std::string text = left((champion ? "* " : "  ") + printable(row.name) + (champion ? "" : " (" + row.kind + ")"), kName);
  std::string split;
  for (const auto& column : columns) {
    if (column.split != split) text += "  ";
    split = column.split;
    auto value = column.value(row);
    text += right(value ? ratio_text(*value) : "-", kCell);
  }
  return text + "\n";
}

std::string percent_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", share * 100);
  return text;
}

std::string outcome_line(const ReportData& data) {
  std::string text;
  for (const auto& [name, count] : data.outcomes) text += (text.empty() ? "" : ", ") + name + " " + grouped(count);
  return text;
}

/// "refused 4 of 9, timeout 0 of 1": how many of those asked for did not fail again.
std::string repairs_line(const ReportData& data) {
  std::string text;
  for (const auto& [kind, repairs] : data.repairs)
    text += (text.empty() ? "" : ", ") + printable(kind) + " " + grouped(repairs.mended) + " of " + grouped(repairs.asked) + " (" +
            percent_text(static_cast<double>(repairs.mended) / static_cast<double>(repairs.asked)) + ")";
  return text;
}

/// What speculation gave and what it cost: seconds that commits did not wait, and children of parents that were not proved.
std::string proofs_text(const evolve::ProofAccount& proofs) {
  auto seconds = [](std::chrono::nanoseconds time) { return duration_text(std::chrono::duration<double>(time).count()); };
  return "proofs       " + grouped(proofs.proved) + " proved, " + grouped(proofs.refuted) + " refuted, " + grouped(proofs.unknown) + " unknown, in " +
         seconds(proofs.times.proving) + "; commits waited " + seconds(proofs.times.waited) + "\n" +
         "speculation  " + grouped(proofs.ahead) + " children asked for before the verdict on a parent, " + grouped(proofs.ahead_of_failed) +
         " of one that failed; " + grouped(proofs.rolled_back) + " rolled back, " + grouped(proofs.returned) + " of them proved later; up to " +
         seconds(std::max(proofs.times.saved, std::chrono::nanoseconds(0))) + " of waiting saved\n";
}

/// Two columns of shares, one line for each stage.
std::string tries_text(const Tries& tries) {
  if (tries.candidates == 0) return "";
  auto cell = [](std::uint64_t part, std::uint64_t of) {
    return right(grouped(part), 7) + (of ? " (" + percent_text(static_cast<double>(part) / static_cast<double>(of)) + ")" : "");
  };
  std::string text = "of " + left(grouped(tries.candidates) + " asked", 10) + left("    first try", 20) + "after repair (" + grouped(tries.repairs) + " repairs)\n";
  for (const auto& stage : stage_shares(tries))
    text += left(stage.name, 13) + left(cell(stage.first, stage.of), 20) + cell(stage.after, stage.of) +
            (stage.of == tries.candidates ? "" : "  of the " + grouped(stage.of) + " that were tried for a certificate") + "\n";
  for (const auto& line : repair_lines(tries)) text += "first answer " + printable(line) + "\n";
  return text;
}

std::string stage_line(const ReportData& data) {
  double total = 0;
  for (const auto& [name, time] : data.stage_ns) total += static_cast<double>(time);
  std::string text;
  for (const auto& [name, time] : data.stage_ns)
    text += (text.empty() ? "" : ", ") + name + " " + percent_text(static_cast<double>(time) / std::max(total, 1.0));
  return text + "; " + duration_text(total / 1e9) + " of all threads";
}

std::string cost_line(const ReportData& data) {
  char text[128];
  std::snprintf(text, sizeof text, "$%.4f, %s tokens in, %s out", data.usd, grouped(data.tokens_in).c_str(),
                grouped(data.tokens_out).c_str());
  if (data.usd_lost > 0) return text + (", and $" + std::to_string(data.usd_lost)) + " for calls that were cut off";
  return text;
}

std::string verdict_line(const ReportData& data) {
  if (!data.champion) return data.ended ? "no champion: nothing could be certified" : "none yet: the campaign has not ended";
  std::size_t proved = 0;
  for (const auto& claim : data.champion->claims) proved += claim.verdict == "proved";
  std::string text = data.champion->verdict.empty() ? "not certified" : data.champion->verdict;
  if (!data.champion->certified) text += ", so that * is the best on validation and no champion";
  if (data.champion->claims.empty()) return text;
  return text + " (" + std::to_string(proved) + " of " + std::to_string(data.champion->claims.size()) + " claims)";
}

}  // namespace

std::vector<std::string> comparison_lines(const ReportData& data) {
  std::vector<std::string> lines;
  const auto* champion = champion_row(data);
  if (!champion) return lines;
  auto mine = mean_of(data, *champion, "holdout");
  if (!mine) return lines;
  auto against = [&](const ReportRow* row, const std::string& label) {
    auto other = row ? mean_of(data, *row, "holdout") : std::nullopt;
    if (!other || *other == 0) return;
    double change = (*mine - *other) / *other;
    std::string word = *mine == *other ? "equal to " : data.better(*mine, *other) ? "better than " : "worse than ";
    lines.push_back(data.objective + " " + ratio_text(*mine) + " on holdout: " +
                    (*mine == *other ? "" : percent_text(change < 0 ? -change : change) + " ") + word + label + " (" +
                    ratio_text(*other) + "), ratio " + ratio_text(*mine / *other));
  };
  for (const char* name : {"lru", "sieve", "s3fifo"}) against(row_named(data, name), name);
  if (const auto* best = best_baseline(data, "holdout")) against(best, "the best baseline, " + printable(best->name));
  if (auto worst = worst_slice(data, *champion, "holdout"))
    lines.push_back("worst slice of holdout: " + printable(worst->instance) + ", " + ratio_text(worst->objective) + " against " + ratio_text(worst->best) +
                    " of the best baseline there, " + printable(worst->baseline) + (worst->loss_ratio > 1 ? ": WORSE" : worst->loss_ratio == 1 ? ": equal" : ": better"));
  return lines;
}

std::vector<std::string> selection_lines(const ReportData& data) {
  std::vector<std::string> lines;
  if (!data.champion) return lines;
  const auto& record = data.champion->record;
  const std::string who = data.champion->certified ? "champion" : "best on validation";
  if (record.provider == "baseline" && record.operation.starts_with("seed "))
    lines.push_back(who + " = baseline " + record.operation.substr(5) + ": the search found nothing better on validation" +
                    (data.champion->certified ? " that is proved" : ""));
  const auto worse = [&](const ReportPoint& a, const ReportPoint& b) { return data.better(b.objective, a.objective); };
  const auto best = std::ranges::max_element(data.points, worse);
  const auto own = std::ranges::find(data.points, record.index, &ReportPoint::candidate);
  if (own != data.points.end() && data.better(best->objective, own->objective))
    lines.push_back("best on train: candidate " + std::to_string(best->candidate) + " (" + ratio_text(best->objective) +
                    "); the " + who + " has " + ratio_text(own->objective) + " there");
  return lines;
}

std::string report_table(const ReportData& data) {
  auto columns = columns_of(data);
  std::string text = printable(data.task) + ": " + printable(data.objective) + ", " + (data.minimise ? "smaller" : "larger") +
                     " is better; * is the champion" + (data.ended ? "" : "; not ended, state so far") + "\n";
  if (!data.provenance.empty()) text += "figures: " + printable(data.provenance) + "\n";
  text += "\n" + headings(columns);
  for (const auto& row : data.rows) text += row_text(row, columns);
  for (const auto& row : data.rows)
    if (!row.failed.empty()) text += "  " + printable(row.name + " failed: " + row.failed) + "\n";
  text += "\n";
  for (const auto& line : comparison_lines(data)) text += line + "\n";
  for (const auto& line : selection_lines(data)) text += printable(line) + "\n";
  text += "certificate  " + verdict_line(data) + "\n";
  text += "candidates   " + grouped(data.candidates) + ": " + outcome_line(data) + "\n";
  text += tries_text(data.tries);
  if (!data.repairs.empty()) text += "repaired     " + repairs_line(data) + "\n";
  if (data.proofs) text += proofs_text(*data.proofs);
  if (!data.stage_ns.empty()) text += "time         " + stage_line(data) + "\n";
  text += savings_text(data.savings);
  text += "cost         " + cost_line(data) + "\n";
  for (const auto& layer : data.missing_layers) text += "WARNING      ran without the sandbox layer " + printable(layer) + "\n";
  return text;
}

}  // namespace assay::cli
