#include "evolve/climb.h"

#include <algorithm>
#include <tuple>

namespace assay::evolve {
namespace {

/// As the population has it: by selection, then size, then age; of two that do equally well one stays.
auto rank_of(const CandidateRecord* record) { return std::tuple(*record->selection(), record->size, record->index); }

class Climb {
 public:
  Climb(const EndRule& rule, const std::function<Proof(const CandidateRecord&)>& proof_of) : rule_(rule), proof_of_(proof_of) {}

  void add(const CandidateRecord& record) {
    if (!record.fitness || !enters(record)) return;
    ClimbStep step{record.index + 1, best_.back()->index, champion()};
    const bool same = !steps_.empty() && steps_.back().best == step.best && steps_.back().champion == step.champion;
    if (!same) steps_.push_back(step);
  }
  std::vector<ClimbStep> steps() && { return std::move(steps_); }

 private:
  /// Whether the contenders change by it.
  bool enters(const CandidateRecord& record) {
    if (best_.empty() || rank_of(&record) < rank_of(best_.back())) best_.push_back(&record);
    auto equal = std::ranges::find(leading_, record.selection(), &CandidateRecord::selection);
    if (equal != leading_.end()) {
      if (rank_of(*equal) < rank_of(&record)) return false;
      leading_.erase(equal);
    }
    leading_.insert(std::ranges::upper_bound(leading_, rank_of(&record), {}, rank_of), &record);
    if (leading_.size() <= rule_.promote) return true;
    const bool is_last = leading_.back() == &record;
    leading_.pop_back();
    return !is_last;
  }

  std::optional<std::uint64_t> champion() const {
    std::vector<const CandidateRecord*> contenders = leading_;
    contenders.insert(contenders.end(), best_.begin(), best_.end());
    auto key = [](const CandidateRecord* record) { return std::tuple(*record->fitness, record->index); };
    std::ranges::sort(contenders, {}, key);
    contenders.erase(std::ranges::unique(contenders).begin(), contenders.end());
    for (std::size_t i = 0; i < std::min(contenders.size(), rule_.certify); ++i)
      if (proof_of_(*contenders[i]) >= rule_.wanted) return contenders[i]->index;
    return std::nullopt;
  }

  const EndRule& rule_;
  const std::function<Proof(const CandidateRecord&)>& proof_of_;
  std::vector<const CandidateRecord*> best_;     ///< each the best of its time; the last one still is
  std::vector<const CandidateRecord*> leading_;  ///< best first
  std::vector<ClimbStep> steps_;
};

}  // namespace

Proof recorded_proof(const CandidateRecord& record) {
  if (!record.certificate || record.certificate->verdict != "proved") return Proof::none;
  return record.certificate->score >= 1 ? Proof::full : Proof::required;
}

std::vector<ClimbStep> climb(const std::vector<CandidateRecord>& records, const EndRule& rule,
                             const std::function<Proof(const CandidateRecord&)>& proof_of) {
  Climb climb(rule, proof_of);
  for (const auto& record : records) climb.add(record);
  return std::move(climb).steps();
}

std::optional<std::uint64_t> reached_for_good(const std::vector<ClimbStep>& steps, const std::function<bool(const ClimbStep&)>& holds) {
  std::optional<std::uint64_t> since;
  for (const auto& step : steps) {
    if (!holds(step)) since.reset();
    else if (!since) since = step.candidates;
  }
  return since;
}

}  // namespace assay::evolve
