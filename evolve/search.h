#pragma once
// The loop: propose (in order) -> examine (parallel) -> commit (in order), on oneTBB with a bounded number of tokens.
//
// Determinism: proposal n is made from the first visible(n) commits, whatever else has finished; its chance comes from
// (seed, n). What only shows once candidates that were under way together are put in order (two with the same code) is
// settled at commit, in order.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "evolve/examine.h"
#include "evolve/ledger.h"
#include "evolve/lineage.h"
#include "evolve/meter.h"
#include "evolve/prompt.h"
#include "evolve/proofs.h"
#include "evolve/provider.h"
#include "evolve/settings.h"
#include "evolve/strategy.h"
#include "evolve/tune.h"

namespace assay::evolve {

struct SearchContext {
  const Problem& problem;
  const SearchSettings& settings;
  Budget budget;
  std::uint64_t seed = 1;
  std::string provider_name;
  Provider& provider;
  const Strategy& strategy;  ///< that has seen nothing yet
  Slots& slots;
  Archive& archive;
  Meter& meter;
  const TrainInstances& train;
  const ValidationInstances& validation;
  Prover* prover = nullptr;  ///< with settings.proofs
  std::stop_token stop;
  /// How a candidate is examined; a bench or a test gives one that takes no time.
  std::function<Result<Examined>(Slot&, const Problem&, const TrainInstances&, const Source&, const Background&)> examiner = examine;
};

/// But for `enters`, which the population knows.
Lesson lesson_of(const CandidateRecord& record);

class Search {
 public:
  explicit Search(const SearchContext& context);
  ~Search();

  /// From the log: the population, what is known, money spent. Call once, before `run`.
  Result<void> restore();
  /// Until a budget is spent or a stop is asked for. A harness or provider Error comes after everything before it is kept.
  Result<StopReason> run();

  /// All commits applied; valid after `run`.
  const Population& population() const { return committed_.population(); }

 private:
  struct Earlier;
  struct Job;
  struct Judged;
  struct Waiting {
    Step step;
    std::optional<Lesson> lesson;  ///< where the provider learns
  };

  // search_restore.cpp
  Result<void> prepare_checks();
  bool reads_records() const;
  Result<void> restore_log();
  Result<void> restore_commit(const CandidateSummary& summary, const CandidateRecord* record, const LineageLog& lineage, std::uint64_t view);
  Result<void> restore_material();
  Result<void> restore_proofs();
  Result<double> count_lost_calls();
  Result<std::shared_ptr<const Material>> material_of(std::uint64_t index);
  Result<void> bring_material(std::vector<Elite>& parents);

  std::uint64_t visible(std::uint64_t index) const;
  std::uint64_t seeds() const { return context_.problem.task.baselines.size(); }
  Result<StopReason> run_range(std::uint64_t end_of_range);
  bool may_start(std::uint64_t index);
  std::unique_ptr<Job> propose(std::uint64_t index);
  void make_proposal(Job& job);
  Result<void> show(const Waiting& next);
  std::optional<Grading> grading() const;
  Result<std::string> prompt_for(const Job& job);
  void work(Job& job);
  bool obtain(Job& job);
  bool call_provider(Job& job, const Completion& before);
  Result<void> note_call(const Job& job, double worst_usd, double earlier_usd);
  void keep(Job& job, bool cut_short);
  const Json* kept_answer(const Job& job) const;
  bool assess(Job& job);
  void drop_unless_better(Job& job) const;
  bool repair(Job& job);
  static void fall_back(Job& job);
  void commit(Job& job);
  Result<void> write_answer(std::uint64_t index, const Completion& completion, const Digest& prompt);
  Result<void> write(Job& job);
  Result<std::optional<Judged>> judge(Job& job, Step& step);
  void settle(Job& job) const;
  Result<std::optional<PromotionRecord>> promotion(Job& job);
  void halt(std::optional<StopReason> reason, std::optional<Error> error);
  CandidateRecord record_of(const Job& job) const;

  SearchContext context_;
  Ledger ledger_;
  Known asts_, irs_;
  Novelty novelty_;
  std::unique_ptr<evaluators::Instance> probe_;  ///< with search.novelty
  std::vector<double> least_;                    ///< with search.racing: losses that nothing can better, by train instance
  std::optional<Schedule> schedule_;
  Tuner tuner_;                     ///< touched by the propose stage only
  Prompts prompts_;                 ///< touched by the propose stage only
  std::map<std::uint64_t, PendingCompletion> pending_;

  std::mutex mutex_;                ///< over view_, waiting_, halted
  std::map<std::uint64_t, std::shared_ptr<const Material>> reloaded_;  ///< of parents from before a resume; touched when proposing only
  Lineage view_;                    ///< the first visible(n) commits, for the next proposal
  std::uint64_t viewed_ = 0;        ///< commits in view_
  std::deque<Waiting> waiting_;     ///< committed, not in view_ yet
  Lineage committed_;               ///< every commit; touched by the commit stage only
  ProofTimes proof_times_;          ///< touched by the commit stage only
  std::uint64_t next_ = 0;          ///< to be proposed
  std::uint64_t committed_count_ = 0;
  std::uint64_t without_completion_ = 0;  ///< candidates in a row
  std::optional<StopReason> reason_;
  std::optional<Error> error_;
};

}  // namespace assay::evolve
