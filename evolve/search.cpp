#include "evolve/search.h"

#include <cassert>
#include <utility>

#include "base/failpoint.h"
#include "evolve/pipeline.h"
#include "evolve/prompt.h"
#include "evolve/repair.h"
#include "evolve/traits.h"

namespace assay::evolve {
namespace {

constexpr std::uint64_t kStrategyStream = 0x7374726174;  ///< apart from what a provider draws
constexpr std::uint64_t kFruitlessLimit = 20;             ///< candidates in a row for which a model gave nothing

/// What was paid for the candidate before, for an answer that did not come or that answers another prompt.
void add_cost(Completion& completion, const Completion& before) {
  completion.tokens_in += before.tokens_in;
  completion.tokens_out += before.tokens_out;
  completion.usd += before.usd;
}

}  // namespace

/// An answer that failed and was asked for again.
struct Search::Earlier {
  Completion completion;
  std::string failed;  ///< Complaint::kind
  Digest prompt;
};

/// One candidate on its way through the pipeline.
struct Search::Job {
  std::uint64_t index = 0;
  bool is_seed = false;
  Choice choice;
  std::optional<Tuning> tuning;       ///< nobody is asked for it
  Proposal proposal;
  Background background;
  Completion completion;              ///< the latest
  Examined examined;
  /// What scored and was asked for again all the same: it counts until a better one scores (repair.h).
  struct Fallback {
    std::string text, kind;
    Examined examined;
  };
  std::optional<Fallback> fallback;
  bool earlier_counts() const { return fallback && keeps_earlier(fallback->examined, fallback->kind, examined); }
  std::optional<std::string> shown;   ///< set: the text that counts is not the latest answer's
  const std::string& text() const { return shown ? *shown : completion.text; }
  std::vector<Earlier> earlier;       ///< those before it, each of which was to be repaired
  std::string base;                   ///< what the next edits change: the latest text that is a policy; empty: the first parent
  Json kept = Json();                 ///< of every answer so far, as `pending` has it
  std::uint64_t propose_ns = 0, provider_ns = 0;
  std::optional<StopReason> stops;  ///< set: it has no result, and neither has any after it
  std::optional<Error> error;
};

Search::Search(const SearchContext& context)
    : context_(context),
      tuner_(context.settings.tune),
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

Result<std::string> Search::prompt_for(const Job& job) const {
  std::vector<std::uint64_t> parents;
  for (const Elite& parent : job.choice.parents) parents.push_back(parent.index);
  const std::vector<std::uint64_t> failed(view_.population().failures().begin(), view_.population().failures().end());
  const Problem& problem = context_.problem;
  return prompt_of(context_.archive, problem.templates, problem.task, problem.properties, parents, failed);
}

// Examine -----------------------------------------------------------------------------------------------------------

bool Search::call_provider(Job& job, const Completion& before) {
  Result<Completion> completion = Completion{};
  do {
    context_.provider.choose(job.proposal);
    const double worst = context_.provider.worst_usd(job.proposal);
    if (!ledger_.reserve(worst)) {
      job.stops = StopReason::budget;
      return false;
    }
    if (auto noted = note_call(job, worst, before.usd); !noted) {
      ledger_.settle(worst, 0);
      job.error = noted.error();
      return false;
    }
    failpoint("call.before");
    completion = context_.provider.complete(job.proposal);
    failpoint("call.after");
    ledger_.settle(worst, completion ? completion->usd : 0);
  } while (completion && completion->ask_another);
  if (!completion) {
    (void)note_call(job, 0, before.usd);  // an Error says that it cost nothing
    job.error = completion.error();
    return false;
  }
  job.completion = std::move(*completion);
  // A call that a stop cut short says nothing about the candidate: it is asked again on resuming. What it may have cost is kept.
  const bool cut_short = context_.stop.stop_requested() && job.completion.outcome.kind == OutcomeKind::no_completion;
  add_cost(job.completion, before);
  if (job.completion.exhausted) job.stops = StopReason::budget;
  else keep(job, cut_short);
  if (cut_short) job.stops = StopReason::interrupted;
  return !job.stops && !job.error;
}

/// Before money is spent, beside the log: a call whose answer a kill takes is not called free (`count_lost_calls`). The answer's own
/// row takes its place.
Result<void> Search::note_call(const Job& job, double worst_usd, double earlier_usd) {
  if (!context_.provider.reads_prompts() || context_.provider.worst_usd(job.proposal) <= 0) return {};
  Json body = job.kept;
  if (job.proposal.attempt == 0) body = to_json(Completion{.operation = "asked"});
  body["asked_usd"] = worst_usd + earlier_usd;
  return context_.archive.put_pending(job.index, {job.earlier.empty() ? sha256(job.proposal.prompt) : job.earlier[0].prompt, std::move(body)});
}

/// Beside the log until the candidate is in it: the first answer, and below it those to repairs.
void Search::keep(Job& job, bool cut_short) {
  if (!context_.provider.reads_prompts()) return;
  const Digest prompt = sha256(job.proposal.prompt);
  Json body = to_json(job.completion);
  body["prompt"] = prompt.hex();
  if (cut_short) body["cut_short"] = true;
  if (job.proposal.attempt == 0) job.kept = std::move(body);
  else job.kept["repairs"].push_back(std::move(body));
  failpoint("pending.before");
  auto kept = context_.archive.put_pending(job.index, {job.earlier.empty() ? prompt : job.earlier[0].prompt, job.kept});
  if (!kept) job.error = kept.error();
  else failpoint("pending.kept");
}

/// What a campaign that was killed has kept of this call.
const Json* Search::kept_answer(const Job& job) const {
  const auto found = pending_.find(job.index);
  if (found == pending_.end()) return nullptr;
  if (job.proposal.attempt == 0) return &found->second.body;
  const auto repairs = found->second.body.find("repairs");
  if (repairs == found->second.body.end() || !repairs->is_array() || repairs->size() < job.proposal.attempt) return nullptr;
  return &(*repairs)[job.proposal.attempt - 1];
}

/// The answer to job.proposal: what was kept of it, or a call.
bool Search::obtain(Job& job) {
  if (job.error) return false;
  if (job.is_seed) {
    job.completion.text = context_.problem.task.baselines[job.index].text;
    job.completion.operation = "seed " + context_.problem.task.baselines[job.index].name;
    return true;
  }
  if (job.tuning) {
    job.completion.text = job.tuning->text;
    job.completion.operation = job.tuning->operation;
    return true;
  }
  const Json* kept = kept_answer(job);
  if (!kept) return call_provider(job, {});
  auto completion = completion_from_json(*kept);
  if (!completion) job.error = completion.error();
  else if (kept->value("prompt", "") != sha256(job.proposal.prompt).hex() || kept->contains("cut_short")) return call_provider(job, *completion);
  else {
    job.completion = std::move(*completion);
    if (job.proposal.attempt == 0) job.kept = *kept, job.kept.erase("repairs");
    else job.kept["repairs"].push_back(*kept);
  }
  return !job.error;
}

/// A tuning that does not better its parent is no elite (evolve/tune.h says why).
void Search::drop_unless_better(Job& job) const {
  const auto selection = record_of(job).selection();
  const Elite& parent = job.choice.parents.front();
  if (!selection || *selection < parent.fitness) return;
  Examined& e = job.examined;
  e.outcome = {OutcomeKind::abandoned, "no better than candidate " + std::to_string(parent.index) + ", which it tunes", {}};
  e.fitness.reset();
  e.confirmed = false;
  e.certificate.reset();
  e.material.reset();
  e.binary.reset();
}

/// False where the candidate has no result.
bool Search::assess(Job& job) {
  auto before = std::move(job.examined.stage_ns);
  job.examined = {};
  if (job.completion.outcome.kind != OutcomeKind::ok) {
    job.examined.outcome = job.completion.outcome;
    job.examined.stage_ns = std::move(before);
    return true;
  }
  auto slot = context_.slots.take();
  auto examined = context_.examiner(*slot, context_.problem, context_.train, Source{job.completion.text}, job.background);
  if (!examined) {
    job.error = examined.error();
    return false;
  }
  job.examined = std::move(*examined);
  for (const auto& [stage, ns] : before) job.examined.stage_ns[stage] += ns;
  if (job.tuning) drop_unless_better(job);
  // It may be the stop that ended a run; a candidate that ended by itself is tried again on resuming, and ends the same way.
  if (context_.stop.stop_requested() && job.examined.outcome.kind != OutcomeKind::ok) job.stops = StopReason::interrupted;
  return !job.stops;
}

/// Asks once more, with what went wrong. False where there is nothing more to be asked, or no result.
bool Search::repair(Job& job) {
  if (job.is_seed || job.tuning || job.earlier.size() >= context_.settings.repair || !context_.provider.reads_prompts()) return false;
  const auto complaint = complaint_about(job.examined, context_.settings.repair_on, context_.problem.task, job.choice.parents[0].material->losses);
  if (!complaint) return false;
  const bool failed_edit = job.completion.outcome.kind == OutcomeKind::edit_failed;
  if (!failed_edit) job.base = job.completion.text;
  const std::string base = job.base.empty() ? verify::emit(*job.proposal.parents[0].policy) : job.base;
  const Earlier earlier{job.completion, complaint->kind, sha256(job.proposal.prompt)};
  std::string asked = std::move(job.proposal.prompt);
  job.earlier.push_back(earlier);
  job.proposal.attempt = static_cast<unsigned>(job.earlier.size());
  job.proposal.base = base;
  job.proposal.answered_by = job.completion.member;
  job.proposal.prompt = make_repair_prompt(context_.problem.templates, context_.problem.task, {job.completion.text, job.examined.outcome, complaint->said}, failed_edit ? base : "");
  const bool answered = obtain(job);
  if (answered && job.completion.outcome.kind != OutcomeKind::no_completion) {
    if (job.examined.fitness && !job.earlier_counts()) job.fallback = {earlier.completion.text, complaint->kind, job.examined};
    return true;
  }
  if (job.error || job.stops == StopReason::interrupted) return false;
  // No answer, or no money for one: it stays what it was.
  job.stops.reset();
  const Completion last = answered ? std::exchange(job.completion, earlier.completion) : Completion{};
  job.earlier.pop_back();
  job.proposal.prompt = std::move(asked);
  add_cost(job.completion, last);
  return false;
}

/// Where an answer before is to count; what the later ones took stays on the bill.
void Search::fall_back(Job& job) {
  if (!job.earlier_counts()) return;
  auto stages = std::move(job.examined.stage_ns);
  job.shown = std::move(job.fallback->text);
  job.examined = std::move(job.fallback->examined);
  job.examined.stage_ns = std::move(stages);
  job.fallback.reset();
}

void Search::work(Job& job) {
  {
    std::lock_guard guard(mutex_);
    if (error_) return void(job.stops = StopReason::interrupted);  // no use: nothing after the error is committed
  }
  StageClock clock(job.examined.stage_ns);
  if (!obtain(job)) return;
  clock.mark("provide");
  while (assess(job)) {
    StageClock again(job.examined.stage_ns);
    const bool repaired = repair(job);
    again.mark("provide");
    if (!repaired) return fall_back(job);
  }
}

// Commit ------------------------------------------------------------------------------------------------------------

void Search::settle(Job& job) const {
  Examined& examined = job.examined;
  if (examined.outcome.kind == OutcomeKind::duplicate) return;
  if (examined.ast) {
    if (auto earlier = asts_.first(*examined.ast, job.index)) return settle_duplicate(examined, "AST", *earlier);
  }
  if (examined.ir) {
    if (auto earlier = irs_.first(*examined.ir, job.index)) return settle_duplicate(examined, "optimised code", *earlier);
  }
  if (!context_.settings.compare_behaviour || job.is_seed || !examined.behaviour || !examined.fitness) return;
  if (auto earlier = novelty_.on_train(*examined.behaviour, examined.size, *record_of(job).selection(), job.index))
    settle_duplicate(examined, kSameBehaviour, *earlier);
}

CandidateRecord Search::record_of(const Job& job) const {
  const Examined& e = job.examined;
  CandidateRecord record;
  record.index = job.index;
  record.island = job.choice.island;
  for (const Elite& parent : job.choice.parents) record.parents.push_back(parent.index);
  record.strategy = job.choice.strategy;
  record.provider = job.is_seed ? "baseline" : job.tuning ? "tune" : context_.provider_name;
  if (!job.completion.member.empty()) record.provider += "/" + job.completion.member;
  if (job.tuning) record.tuning = job.tuning->record;
  record.operation = job.earlier.empty() ? job.completion.operation : job.earlier[0].completion.operation;
  for (const Earlier& earlier : job.earlier) record.repairs.push_back(earlier.failed);
  record.source = sha256(job.text());
  record.ast = e.ast;
  if (!e.emitted.empty()) record.emitted = sha256(e.emitted);
  record.ir = e.ir;
  record.probe = e.probe;
  record.decisions = e.decisions;
  record.audits = e.audits;
  record.behaviour = e.behaviour;
  if (context_.settings.racing) record.ended_on = e.ended_on;
  record.size = e.size;
  record.outcome = e.outcome;
  record.train = e.train;
  record.fitness = e.fitness;
  record.confirmed = e.confirmed;
  record.certificate = e.certificate;
  record.stage_ns = e.stage_ns;
  record.tokens_in = job.completion.tokens_in;
  record.tokens_out = job.completion.tokens_out;
  record.usd = job.completion.usd;
  for (const Earlier& earlier : job.earlier) {
    record.tokens_in += earlier.completion.tokens_in;
    record.tokens_out += earlier.completion.tokens_out;
    record.usd += earlier.completion.usd;
  }
  return record;
}

/// Of a new best on train: how it does on validation. Nothing for any other candidate.
Result<std::optional<PromotionRecord>> Search::promotion(Job& job) {
  const Examined& e = job.examined;
  const auto selection = record_of(job).selection();
  const auto& best = committed_.population().best();
  if (!selection || !e.binary || (best && *selection >= best->fitness)) return std::nullopt;
  auto slot = context_.slots.take();
  auto scored = score_on(*slot->jail, *e.binary, context_.validation, context_.problem.task, context_.stop);
  if (!scored) return std::unexpected(scored.error());
  if (scored->outcome.kind == OutcomeKind::abandoned) job.stops = StopReason::interrupted;  // nothing else abandons on validation
  if (scored->outcome.kind != OutcomeKind::ok) return std::nullopt;
  return PromotionRecord{job.index, std::move(scored->scores), scored->loss, "", std::nullopt};
}

Result<void> Search::write_answer(std::uint64_t index, const Completion& completion, const Digest& prompt) {
  if (completion.raw.empty()) return {};
  auto raw = context_.archive.put_blob(completion.raw);
  if (!raw) return std::unexpected(raw.error());
  Json body{{"candidate", index}, {"answer", raw->hex()}, {"prompt", prompt.hex()}};
  if (!completion.model.empty()) body["model"] = completion.model;
  return context_.archive.append("completion", body);
}

/// A verdict that counts with this commit, and who leaves the population with it.
struct Search::Judged {
  std::uint64_t candidate;
  LoopProof proof;
  std::vector<std::uint64_t> descendants;
};

/// Enters the commit, has it proved where it needs to be, and waits for the verdict that is due with it.
Result<std::optional<Search::Judged>> Search::judge(Job& job, Step& step) {
  if (committed_.enter(step.commit, step.parents)) context_.prover->ask(job.index, Source{job.text()});
  const auto due = committed_.due();
  if (!due) return std::nullopt;
  const auto began = std::chrono::steady_clock::now();
  auto done = context_.prover->wait(*due, context_.stop);
  const auto waited = std::chrono::steady_clock::now() - began;
  if (!done) return std::unexpected(done.error());
  if (!*done) {
    job.stops = StopReason::interrupted;
    return std::nullopt;
  }
  proof_times_.proving += (*done)->took;
  proof_times_.waited += waited;
  proof_times_.saved += (*done)->took - waited;
  job.examined.stage_ns["await_proof"] += static_cast<std::uint64_t>(waited.count());
  step.ruling = Ruling{*due, (*done)->proof.verdict == "proved"};
  return Judged{*due, std::move((*done)->proof), committed_.rule(step.ruling->proved)};
}

Result<void> Search::write(Job& job) {
  auto promoted = promotion(job);
  if (!promoted) return std::unexpected(promoted.error());
  if (job.stops) return {};
  CandidateRecord record = record_of(job);
  auto traits = context_.strategy.reads_traits() ? traits_of(record, context_.problem) : Traits{};
  if (!traits) return std::unexpected(traits.error());
  Step step{{summary_of(record), job.examined.material, std::move(*traits)}, record.parents, {}};
  auto judged = judge(job, step);
  if (!judged) return std::unexpected(judged.error());
  if (job.stops) return {};
  record.stage_ns = job.examined.stage_ns;
  auto done = context_.archive.transaction([&]() -> Result<void> {
    if (auto blob = context_.archive.put_blob(job.text()); !blob) return std::unexpected(blob.error());
    if (record.emitted)
      if (auto blob = context_.archive.put_blob(job.examined.emitted); !blob) return std::unexpected(blob.error());
    for (const Earlier& earlier : job.earlier)
      if (auto done = write_answer(job.index, earlier.completion, earlier.prompt); !done) return done;
    if (auto done = write_answer(job.index, job.completion, sha256(job.proposal.prompt)); !done) return done;
    if (auto appended = context_.archive.append(record); !appended) return appended;
    if (*promoted) failpoint("search.between_candidate_and_promotion");
    if (*promoted)
      if (auto appended = context_.archive.append(**promoted); !appended) return appended;
    if (*judged) {
      if (auto appended = append_proof(context_.archive, (*judged)->candidate, (*judged)->proof, (*judged)->descendants); !appended) return appended;
      if (auto noted = context_.archive.put_note("proofs", to_json(proof_times_)); !noted) return noted;
    }
    return context_.archive.put_note("elapsed_ns", context_.meter.elapsed().count());
  });
  if (!done) return done;
  failpoint("search.committed");
  context_.meter.count(record);
  asts_.add(record.ast, job.index);
  irs_.add(record.ir, job.index);
  if (context_.settings.compare_behaviour) novelty_.add(record);
  schedule_->add(record);
  std::lock_guard guard(mutex_);
  waiting_.push_back({std::move(step), context_.provider.learns() ? std::optional(lesson_of(record)) : std::nullopt});
  ++committed_count_;
  return {};
}

void Search::commit(Job& job) {
  if (job.index != committed_count_) return;  // one before it had no result: nothing after it has a place
  if (job.stops || job.error) return halt(job.stops, std::move(job.error));
  settle(job);
  if (job.fallback && job.examined.outcome.kind == OutcomeKind::duplicate) fall_back(job), settle(job);
  if (auto done = write(job); !done) return halt(std::nullopt, done.error());
  if (job.stops) return halt(job.stops, std::nullopt);
  context_.meter.spent(ledger_.spent());
  context_.meter.show();
  if (job.tuning) return;
  without_completion_ = job.examined.outcome.kind == OutcomeKind::no_completion ? without_completion_ + 1 : 0;
  if (without_completion_ >= kFruitlessLimit)
    halt(std::nullopt, Error{"provider " + context_.provider_name + ": no usable completion for " + std::to_string(without_completion_) +
                                 " candidates in a row; the last: " + job.examined.outcome.detail, Fault::provider});
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
