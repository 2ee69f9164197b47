#include "evolve/meter.h"

namespace assay::evolve {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

Meter::Meter(Budget budget, tasks::Direction direction, nanoseconds before, ProgressSink sink)
    : budget_(budget), direction_(direction), before_(before), start_(steady_clock::now()), sink_(std::move(sink)) {
  progress_.candidates_budget = budget.candidates;
}

nanoseconds Meter::elapsed() const { return before_ + (steady_clock::now() - start_); }

void Meter::best(std::uint64_t index, const std::optional<double>& fitness) {
  if (!fitness || (best_fitness_ && *fitness >= *best_fitness_)) return;
  best_fitness_ = fitness;
  progress_.best_candidate = index;
  progress_.best_objective = direction_ == tasks::Direction::minimise ? *fitness : -*fitness;
}

void Meter::count(const CandidateSummary& summary) {
  ++progress_.candidates;
  ++at_start_;
  ++progress_.outcomes[std::string(name_of(summary.outcome))];
  best(summary.index, summary.fitness);
}

void Meter::count(const CandidateRecord& record) {
  ++progress_.candidates;
  ++progress_.outcomes[std::string(name_of(record.outcome.kind))];
  for (const auto& [stage, ns] : record.stage_ns) stage_ns_[stage] += ns;
  best(record.index, record.fitness);
}

void Meter::tell(std::string what) {
  progress_.doing = std::move(what);
  show(progress_.doing.empty());
}

void Meter::show(bool last) {
  auto now = steady_clock::now();
  if (!sink_ || (!last && now - shown_ < std::chrono::milliseconds(100))) return;
  shown_ = now;
  progress_.elapsed = elapsed();
  double seconds = std::chrono::duration<double>(now - start_).count();
  double total = 0;
  for (const auto& [stage, ns] : stage_ns_) total += static_cast<double>(ns);
  for (const auto& [stage, ns] : stage_ns_) progress_.stage_share[stage] = total > 0 ? static_cast<double>(ns) / total : 0;
  std::optional<double> left;
  auto done = progress_.candidates - at_start_;
  if (budget_.candidates && done > 0 && *budget_.candidates >= progress_.candidates)
    left = seconds / static_cast<double>(done) * static_cast<double>(*budget_.candidates - progress_.candidates);
  if (budget_.seconds) {
    double rest = std::max(0.0, *budget_.seconds - std::chrono::duration<double>(progress_.elapsed).count());
    left = left ? std::min(*left, rest) : rest;
  }
  progress_.time_left.reset();
  if (left) progress_.time_left = nanoseconds(static_cast<long long>(*left * 1e9));
  sink_(progress_);
}

}  // namespace assay::evolve
