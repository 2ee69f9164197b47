#include "evolve/search.h"

#include <cassert>
#include <utility>

#include "evolve/pipeline.h"
#include "evolve/search_job.h"

namespace assay::evolve {
namespace {

constexpr std::uint64_t kStrategyStream = 0x7374726174;  ///< apart from what a provider draws

}  // namespace

Search::Search(const SearchContext& context)
    : context_(context),
      tuner_(context.settings.tune),
      prompts_(context.archive, context.problem.templates, context.problem.task, context.problem.properties),
      view_(context.settings.population, context.settings.proofs, context.strategy.clone()),
      committed_(context.settings.population, context.settings.proofs) {}
Search::~Search() = default;

std::uint64_t Search::visible(std::uint64_t index) const { return visible_to(index, context_.settings, seeds()); }

/// The next commit becomes visible to proposals. Requires: it went through the same in committed_, or the log's Error is looked at.
Result<void> Search::show(const Waiting& next) {
  const CandidateSummary& summary = next.step.commit.summary;
  const auto entry = view_.population().entry(summary.island % view_.population().islands());
  if (auto fits = view_.apply(next.step); !fits) return fits;
  tuner_.learn(summary);
  if (!next.lesson) return {};
  Lesson lesson = *next.lesson;
  lesson.enters = summary.fitness && (!entry || *summary.fitness < *entry);
  context_.provider.learn(lesson);
  return {};
}

void Search::halt(std::optional<StopReason> reason, std::optional<Error> error) {
  std::lock_guard guard(mutex_);
  // The end of the budget is known while the last candidates are under way: what happens to them says more.
  if (error_) return;
  if (error) error_ = std::move(error);
  else if (!reason_ || reason == StopReason::interrupted) reason_ = reason;
}

bool Search::may_start(std::uint64_t index) {
  {
    std::lock_guard guard(mutex_);
    if (reason_ || error_) return false;
  }
  std::optional<StopReason> reason;
  const Budget& budget = context_.budget;
  if (budget.candidates && index >= *budget.candidates) reason = StopReason::budget;
  if (budget.seconds && std::chrono::duration<double>(context_.meter.elapsed()).count() >= *budget.seconds) reason = StopReason::budget;
  if (context_.stop.stop_requested()) reason = StopReason::interrupted;
  if (reason) halt(reason, std::nullopt);
  return !reason;
}

// Propose -----------------------------------------------------------------------------------------------------------

std::unique_ptr<Search::Job> Search::propose(std::uint64_t index) {
  auto job = std::make_unique<Job>();
  StageClock clock(job->examined.stage_ns);
  job->index = index;
  job->is_seed = index < seeds();
  job->background.asts = &asts_;
  job->background.irs = &irs_;
  job->background.audit = index % context_.settings.audit == 0;
  job->background.witnesses = context_.settings.witnesses.value_or((context_.train.size() + 2) / 3);
  job->background.visible = visible(index);
  job->background.plan = schedule_->plan(index);
  job->background.least = least_;
  if (context_.settings.compare_behaviour) job->background.novelty = &novelty_;
  job->background.probe = probe_.get();
  job->background.stop = context_.stop;
  {
    std::lock_guard guard(mutex_);
    for (; viewed_ < visible(index); ++viewed_) {
      assert(!waiting_.empty() && "the tokens bound what is under way");
      [[maybe_unused]] auto fits = show(waiting_.front());
      assert(fits && "it went through the same in committed_");
      waiting_.pop_front();
    }
  }
  if (!job->is_seed) make_proposal(*job);
  job->background.grading = grading();
  clock.mark("propose");
  return job;
}

std::optional<Grading> Search::grading() const {
  if (!context_.settings.certificate) return std::nullopt;
  return Grading{context_.settings.certificate->weight, context_.provider.reads_prompts()};
}

void Search::make_proposal(Job& job) {
  Random random(context_.seed ^ kStrategyStream, job.index);
  auto seen = [this, limit = job.background.visible](const Digest& ast) { return asts_.first(ast, limit).has_value(); };
  job.tuning = tuner_.next(view_.population(), job.index, seeds(), seen);
  if (job.tuning) tuner_.proposed(job.index, job.tuning->record);
  job.choice = job.tuning ? job.tuning->choice : view_.strategy().choose(view_.population(), job.index, random);
  if (job.choice.parents.empty()) {
    job.error = Error{context_.problem.task.name + ": no baseline policy can be evaluated, so there is nothing to start from; see the outcomes of the first candidates"};
    return;
  }
  if (auto brought = bring_material(job.choice.parents); !brought) {
    job.error = brought.error();
    return;
  }
  Bounds bounds = job.tuning ? view_.strategy().Strategy::bounds(view_.population(), job.choice) : view_.strategy().bounds(view_.population(), job.choice);
  if (job.tuning) bounds.bar = job.choice.parents.front().material->losses;
  job.background.bar = std::move(bounds.bar);
  job.background.entry = bounds.entry;
  job.background.best = bounds.best;
  job.background.margin = context_.settings.abandon_margin;
  job.background.confirm_elites = context_.settings.confirm_elites;
  Proposal& proposal = job.proposal;
  proposal.index = job.index;
  proposal.seed = context_.seed;
  proposal.contract = &context_.problem.task.contract;
  for (const Elite& parent : job.choice.parents) proposal.parents.push_back({parent.index, &parent.material->policy});
  proposal.tune = job.choice.tune;
  proposal.seen = std::move(seen);
  proposal.stop = context_.stop;
  if (job.tuning) return;
  context_.provider.plan(proposal);
  if (!context_.provider.reads_prompts()) return;
  auto prompt = prompt_for(job);
  if (prompt) proposal.prompt = std::move(*prompt);
  else job.error = prompt.error();
}

Result<std::string> Search::prompt_for(const Job& job) {
  std::vector<std::uint64_t> parents;
  for (const Elite& parent : job.choice.parents) parents.push_back(parent.index);
  const std::vector<std::uint64_t> failed(view_.population().failures().begin(), view_.population().failures().end());
  return prompts_.with(parents, failed);
}

// The pipeline ------------------------------------------------------------------------------------------------------

Result<StopReason> Search::run_range(std::uint64_t end) {
  Pipeline<Job> pipeline;
  pipeline.propose = [&] { return next_ < end && may_start(next_) ? propose(next_++) : nullptr; };
  pipeline.work = [&](Job& job) { work(job); };
  pipeline.commit = [&](Job& job) { commit(job); };
  pipeline.run(context_.settings.window);
  next_ = committed_count_;
  if (error_) return std::unexpected(*error_);
  return reason_.value_or(StopReason::budget);
}

Result<StopReason> Search::run() {
  for (;;) {
    const std::uint64_t end = end_of_round(next_, context_.settings, seeds());
    auto ran = run_range(end);
    if (!ran || reason_ || next_ < end) return ran;
  }
}

}  // namespace assay::evolve
