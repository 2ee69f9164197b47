#include "cli/report/tries.h"

#include <algorithm>
#include <set>

#include "cli/output.h"
#include "evolve/population.h"
#include "evolve/repair.h"

namespace assay::cli {
namespace {

enum class Stage { none, answered, screened, compiled, evaluated };

/// How far an answer came that was to be repaired after it ended as `kind`. What scored can be asked for again, too.
Stage stage_of(const std::string& kind) {
  const auto outcome = outcome_kind_named(kind);
  if (!outcome) return Stage::evaluated;
  switch (*outcome) {
    case OutcomeKind::no_completion: return Stage::none;
    case OutcomeKind::edit_failed: case OutcomeKind::refused: return Stage::answered;
    case OutcomeKind::compile_error: return Stage::screened;
    case OutcomeKind::ok: case OutcomeKind::abandoned: case OutcomeKind::unmeasured: return Stage::evaluated;
    default: return Stage::compiled;
  }
}

Stage stage_of(const evolve::CandidateRecord& record) {
  const OutcomeKind kind = record.outcome.kind;
  if (record.fitness || kind == OutcomeKind::abandoned || kind == OutcomeKind::unmeasured) return Stage::evaluated;
  if (record.ir) return Stage::compiled;
  if (record.ast) return Stage::screened;
  return kind == OutcomeKind::no_completion ? Stage::none : Stage::answered;
}

void count(Reached& reached, Stage stage) {
  reached.answered += stage >= Stage::answered;
  reached.screened += stage >= Stage::screened;
  reached.compiled += stage >= Stage::compiled;
  reached.evaluated += stage >= Stage::evaluated;
}

/// Of the log as a whole, what one record does not say.
struct Log {
  std::span<const evolve::CandidateRecord> records;
  bool minimise = true;
};

bool far_worse_than_parent(const evolve::CandidateRecord& record, const Log& log) {
  if (record.parents.empty() || record.parents[0] >= log.records.size()) return false;
  const auto& parent = log.records[record.parents[0]].train;
  const double sign = log.minimise ? 1 : -1;
  for (std::size_t i = 0; i < record.train.size() && i < parent.size(); ++i)
    if (evolve::is_far_worse(sign * record.train[i].objective, sign * parent[i].objective)) return true;
  return false;
}

/// An answer that scored and was asked for again for `kind`: that still holds.
bool still(const std::string& kind, const evolve::CandidateRecord& record, const Log& log) {
  if (kind == "refuted") return record.certificate && record.certificate->verdict == "refuted";
  return kind == "worst_instance" && far_worse_than_parent(record, log);
}

void count_failure(FirstFailure& failure, const std::string& kind, const evolve::CandidateRecord& record, const Log& log) {
  ++failure.candidates;
  const bool failed = evolve::teaches(record.outcome.kind) || record.outcome.kind == OutcomeKind::no_completion;
  if (record.repairs.empty() || failed || still(kind, record, log)) return void(++failure.failed);
  if (record.outcome.kind != OutcomeKind::ok) return void(++failure.set_aside);
  if (failure.ok_after.size() < record.repairs.size()) failure.ok_after.resize(record.repairs.size());
  ++failure.ok_after[record.repairs.size() - 1];
}

std::string share(std::uint64_t part, std::uint64_t whole) { return grouped(part) + " of " + grouped(whole); }

}  // namespace

std::uint64_t FirstFailure::ok() const {
  std::uint64_t sum = 0;
  for (std::uint64_t each : ok_after) sum += each;
  return sum;
}

Tries& Tries::operator+=(const Tries& other) {
  candidates += other.candidates;
  tunings += other.tunings;
  repairs += other.repairs;
  graded += other.graded;
  for (auto [into, from] : {std::pair{&first, &other.first}, {&after, &other.after}}) {
    into->answered += from->answered;
    into->screened += from->screened;
    into->compiled += from->compiled;
    into->evaluated += from->evaluated;
    into->certified += from->certified;
  }
  for (const auto& [kind, failure] : other.by_first) {
    FirstFailure& into = by_first[kind];
    into.candidates += failure.candidates;
    into.set_aside += failure.set_aside;
    into.failed += failure.failed;
    if (into.ok_after.size() < failure.ok_after.size()) into.ok_after.resize(failure.ok_after.size());
    for (std::size_t k = 0; k < failure.ok_after.size(); ++k) into.ok_after[k] += failure.ok_after[k];
  }
  return *this;
}

Tries tries_of(std::span<const evolve::CandidateRecord> records, std::span<const evolve::PromotionRecord> promotions, bool minimise) {
  std::set<std::uint64_t> graded, proved;
  for (const auto& promotion : promotions) {
    if (promotion.certificate_verdict.empty()) continue;
    graded.insert(promotion.candidate);
    if (promotion.certificate_verdict == "proved") proved.insert(promotion.candidate);
  }
  Tries tries;
  for (const auto& record : records) {
    if (record.provider == "baseline") continue;
    if (record.tuning) {
      ++tries.tunings;
      continue;
    }
    ++tries.candidates;
    tries.repairs += record.repairs.size();
    count(tries.first, record.repairs.empty() ? stage_of(record) : stage_of(record.repairs[0]));
    count(tries.after, stage_of(record));
    const bool certified = proved.contains(record.index) || (record.certificate && record.certificate->verdict == "proved");
    tries.graded += record.certificate || graded.contains(record.index);
    tries.after.certified += certified;
    tries.first.certified += certified && record.repairs.empty();
    const std::string first(record.repairs.empty() ? name_of(record.outcome.kind) : record.repairs[0]);
    if (!record.repairs.empty() || evolve::teaches(record.outcome.kind) || record.outcome.kind == OutcomeKind::no_completion)
      count_failure(tries.by_first[first], first, record, {records, minimise});
  }
  return tries;
}

std::vector<std::string> repair_lines(const Tries& tries) {
  std::vector<std::string> lines;
  for (const auto& [kind, failure] : tries.by_first) {
    std::string text = kind + ": " + share(failure.ok(), failure.candidates) + " ok";
    std::string after;
    for (std::size_t k = 0; k < failure.ok_after.size(); ++k)
      if (failure.ok_after[k]) after += (after.empty() ? "" : ", ") + ("after " + std::to_string(k + 1)) + ": " + grouped(failure.ok_after[k]);
    if (!after.empty()) text += " (" + after + ")";
    if (failure.set_aside) text += ", " + grouped(failure.set_aside) + " a duplicate or given up";
    if (failure.failed) text += ", " + grouped(failure.failed) + " failed";
    lines.push_back(std::move(text));
  }
  return lines;
}

std::vector<StageShare> stage_shares(const Tries& tries) {
  const Reached &first = tries.first, &after = tries.after;
  return {{"answered", first.answered, after.answered, tries.candidates},
          {"screened", first.screened, after.screened, tries.candidates},
          {"compiled", first.compiled, after.compiled, tries.candidates},
          {"evaluated", first.evaluated, after.evaluated, tries.candidates},
          {"certified", first.certified, after.certified, tries.graded}};
}

Json to_json(const Tries& tries) {
  Json json{{"candidates", tries.candidates}, {"tunings", tries.tunings}, {"repairs", tries.repairs}, {"evaluations", tries.evaluations()}, {"graded", tries.graded},
            {"by_first_failure", Json::object()}};
  for (const auto& stage : stage_shares(tries)) {
    json["first_try"][stage.name] = stage.first;
    json["after_repair"][stage.name] = stage.after;
  }
  for (const auto& [kind, failure] : tries.by_first)
    json["by_first_failure"][kind] = {{"candidates", failure.candidates}, {"ok", failure.ok()}, {"ok_after", failure.ok_after},
                                      {"set_aside", failure.set_aside}, {"failed", failure.failed}};
  return json;
}

}  // namespace assay::cli
