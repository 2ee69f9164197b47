#include "cli/report/savings.h"

#include <algorithm>
#include <array>
#include <map>

#include "cli/output.h"
#include "cli/report/escape.h"
#include "evolve/examine.h"

namespace assay::cli {
namespace {

/// In the order of the pipeline; "replay" belongs to "run", and what is asked of a scored candidate comes in either order.
enum Level : std::size_t { kScreen, kCompile, kProbe, kRun, kLast, kLevels };

std::optional<Level> level_of(const std::string& stage) {
  if (stage == "screen") return kScreen;
  if (stage == "compile") return kCompile;
  if (stage == "probe") return kProbe;
  if (stage == "run" || stage == "replay") return kRun;
  if (stage == "confirm" || stage == "certify") return kLast;
  return std::nullopt;
}

struct Times {
  std::array<std::uint64_t, kLevels> ns{};
  std::optional<Level> farthest;

  explicit Times(const evolve::CandidateRecord& record) {
    for (const auto& [stage, time] : record.stage_ns) {
      const auto level = level_of(stage);
      if (!level) continue;
      ns[*level] += time;
      if (!farthest || *level > *farthest) farthest = level;
    }
  }
  /// Of all levels beyond `level`.
  std::uint64_t after(Level level) const {
    std::uint64_t sum = 0;
    for (std::size_t i = level + 1; i < kLevels; ++i) sum += ns[i];
    return sum;
  }
  std::uint64_t all() const { return ns[kScreen] + after(kScreen); }
};

struct Check {
  const char* name;
  Level after;  ///< what it saves comes after this level; a run that was cut off saves the rest of itself, too
};
constexpr Check kChecks[] = {{"screen", kScreen}, {"same AST", kScreen}, {"compile", kCompile}, {"same code", kCompile},
                             {"probe", kProbe},   {"run", kProbe},      {"confirm", kLast},    {"commit", kLast}};

/// Which check rejected it; none: it came through.
const Check* check_of(const evolve::CandidateRecord& record, const Times& times) {
  const OutcomeKind kind = record.outcome.kind;
  if (kind == OutcomeKind::ok || !times.farthest) return nullptr;
  const bool duplicate = kind == OutcomeKind::duplicate;
  switch (*times.farthest) {
    case kScreen: return &kChecks[duplicate ? 1 : 0];
    case kCompile: return &kChecks[duplicate ? 3 : 2];
    case kProbe: return &kChecks[4];
    case kRun: return &kChecks[!duplicate ? 5 : record.outcome.detail.starts_with(evolve::kSameOnProbe) ? 4 : 7];
    default: return &kChecks[duplicate ? 7 : 6];
  }
}

/// Whether it tells what the time after `level` would have been: it came beyond that level, and there not to a bound.
bool tells(const Check& check, const evolve::CandidateRecord& record, const Times& times) {
  if (!times.farthest || *times.farthest <= check.after) return false;
  return std::string_view(check.name) != "run" || record.outcome.kind == OutcomeKind::ok;
}

struct Mean {
  std::uint64_t sum = 0, count = 0;
  std::optional<std::uint64_t> value() const { return count ? std::optional(sum / count) : std::nullopt; }
};

/// Candidates that were run in full though all that was seen of them was known. One that ended before its score tells nothing.
ProbeTruth truth_of(const std::vector<evolve::CandidateRecord>& records) {
  ProbeTruth truth;
  for (const auto& record : records) {
    if (!record.audits || *record.audits >= records.size()) continue;
    const bool found_later = record.outcome.kind == OutcomeKind::duplicate;
    if (found_later || record.fitness) ++(found_later || record.behaviour == records[*record.audits].behaviour ? truth.agreed : truth.differed);
  }
  return truth;
}

std::string seconds(std::uint64_t ns) { return duration_text(static_cast<double>(ns) / 1e9); }

}  // namespace

Savings savings_of(const std::vector<evolve::CandidateRecord>& records) {
  std::map<const Check*, Mean> means;
  std::vector<Times> times(records.begin(), records.end());
  for (std::size_t i = 0; i < records.size(); ++i)
    for (const Check& check : kChecks)
      if (tells(check, records[i], times[i])) means[&check].sum += times[i].after(check.after), ++means[&check].count;
  std::map<const Check*, Saving> rows;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Check* check = check_of(records[i], times[i]);
    if (!check) continue;
    Saving& row = rows[check];
    row.check = check->name;
    ++row.rejected;
    row.spent_ns += times[i].all();
    const auto mean = check->after == kLast ? std::optional<std::uint64_t>(0) : means[check].value();
    const std::uint64_t own = times[i].after(check->after);
    if (mean) row.saved_ns = row.saved_ns.value_or(0) + (*mean > own ? *mean - own : 0);
  }
  Savings savings;
  for (auto& [check, row] : rows) savings.checks.push_back(std::move(row));  // by address: in the table's order
  savings.probe = truth_of(records);
  return savings;
}

Json to_json(const Savings& savings) {
  Json json{{"checks", Json::array()}, {"probe", {{"agreed", savings.probe.agreed}, {"differed", savings.probe.differed}}}};
  for (const Saving& row : savings.checks)
    json["checks"].push_back({{"check", row.check}, {"rejected", row.rejected}, {"spent_ns", row.spent_ns}, {"saved_ns", row.saved_ns ? Json(*row.saved_ns) : Json()}});
  return json;
}

std::string savings_text(const Savings& savings) {
  std::string text;
  for (const Saving& row : savings.checks)
    text += "  " + row.check + std::string(12 - std::min<std::size_t>(11, row.check.size()), ' ') + grouped(row.rejected) + " rejected for " + seconds(row.spent_ns) +
            (row.saved_ns ? ", saved " + seconds(*row.saved_ns) : "") + "\n";
  if (text.empty()) return "";
  if (savings.probe.agreed + savings.probe.differed > 0)
    text += "  duplicates by the probe that were run in full: " + grouped(savings.probe.agreed) + " the same, " + grouped(savings.probe.differed) + " not\n";
  return "saved by rejecting early\n" + text;
}

std::string savings_html(const Savings& savings) {
  if (savings.checks.empty()) return "";
  std::string out = "<h3>Saved by rejecting early</h3><table><thead><tr><th class=\"text\" scope=\"col\">check</th><th scope=\"col\">rejected</th>"
                    "<th scope=\"col\">spent on them</th><th scope=\"col\">saved</th></tr></thead><tbody>";
  for (const Saving& row : savings.checks)
    out += "<tr><th scope=\"row\">" + escape_html(row.check) + "</th><td>" + grouped(row.rejected) + "</td><td>" + seconds(row.spent_ns) + "</td><td>" +
           (row.saved_ns ? seconds(*row.saved_ns) : "–") + "</td></tr>";
  out += "</tbody></table><p class=\"note\">Saved: what the stages that they never came to took on average with those that came to them.";
  if (savings.probe.agreed + savings.probe.differed > 0)
    out += " Of those that the probe took for duplicates and that were run in full all the same, " + grouped(savings.probe.agreed) + " behaved the same on train and " +
           grouped(savings.probe.differed) + " did not.";
  return out + "</p>";
}

}  // namespace assay::cli
