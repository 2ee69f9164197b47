#pragma once
// Progress of a campaign as it is shown: counts, shares of stage time, time left.

#include <chrono>

#include "evolve/campaign.h"

namespace assay::evolve {

class Meter {
 public:
  Meter(Budget budget, tasks::Direction direction, std::chrono::nanoseconds before, ProgressSink sink);

  void count(const CandidateRecord& record);
  /// From the log of an earlier run.
  void count(const CandidateSummary& summary);
  void spent(double usd) { progress_.usd = usd; }
  /// What is done at the end, after the last candidate; shown. "": nothing any more.
  void tell(std::string what);
  /// Sends at most every 100 ms; always when `last`.
  void show(bool last = false);

  /// Of this run and those before it.
  std::chrono::nanoseconds elapsed() const;

 private:
  void best(std::uint64_t index, const std::optional<double>& fitness);

  Budget budget_;
  tasks::Direction direction_;
  std::chrono::nanoseconds before_;
  std::chrono::steady_clock::time_point start_, shown_;
  ProgressSink sink_;
  Progress progress_;
  std::optional<double> best_fitness_;
  std::map<std::string, std::uint64_t> stage_ns_;
  std::uint64_t at_start_ = 0;
};

}  // namespace assay::evolve
