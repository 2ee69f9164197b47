#include "evolve/search.h"

#include <cassert>
#include <utility>

#include "evolve/pipeline.h"
#include "evolve/prompt.h"
#include "evolve/repair.h"

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

/// Money of the log and of completions on their way.
Result<double> spent_so_far(const Archive& archive, const std::map<std::uint64_t, PendingCompletion>& pending) {
  double usd = 0;
  for (const auto& [index, kept] : pending) {
    usd += kept.body.value("usd", 0.0);
    for (const Json& repair : kept.body.value("repairs", Json::array())) usd += repair.is_object() ? repair.value("usd", 0.0) : 0;
  }
  auto summed = archive.for_each("candidate", [&](const Event& event) -> Result<void> {
    usd += event.body.value("usd", 0.0);
    return {};
  });
  if (!summed) return std::unexpected(summed.error());
  return usd;
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
    : context_(context), view_(context.settings.population), committed_(context.settings.population) {}
Search::~Search() = default;

std::uint64_t Search::visible(std::uint64_t index) const { return visible_to(index, context_.settings.window, seeds()); }

Result<std::shared_ptr<const Material>> Search::material_of(std::uint64_t index) {
  auto record = context_.archive.candidate(index);
  if (!record) return std::unexpected(record.error());
  if (!*record || !(*record)->emitted) return fail("candidate " + std::to_string(index) + " is not in the archive");
  auto text = context_.archive.blob(*(*record)->emitted);
  if (!text) return std::unexpected(text.error());
  auto slot = context_.slots.take();
  auto screened = slot->toolchain->screen(context_.problem.task.contract, Source{*text});
  if (!screened) return std::unexpected(screened.error());
  if (!*screened || (*screened)->ast_digest() != (*record)->ast)
    return fail("candidate " + std::to_string(index) + " does not screen to the AST that the archive has; was the program changed since?");
  Material material{(*screened)->policy(), {}};
  for (const Score& score : (*record)->train) material.losses.push_back(context_.problem.task.loss(score.objective));
  return std::make_shared<const Material>(std::move(material));
}

Result<void> Search::restore() {
  auto count = context_.archive.candidate_count();
  if (!count) return std::unexpected(count.error());
  committed_count_ = next_ = *count;
  auto pending = context_.archive.pending();
  if (!pending) return std::unexpected(pending.error());
  pending_ = std::move(*pending);
  const std::uint64_t view = std::min(next_ == 0 ? 0 : visible(next_), next_);
  auto done = context_.archive.for_each_summary([&](const CandidateSummary& summary) {
    asts_.add(summary.ast, summary.index);
    irs_.add(summary.ir, summary.index);
    Commit commit{summary, nullptr};
    committed_.apply(commit);
    if (summary.index < view) view_.apply(commit);
    else waiting_.push_back(commit);
    context_.meter.count(summary);
    without_completion_ = summary.outcome == OutcomeKind::no_completion ? without_completion_ + 1 : 0;
  });
  if (!done) return done;
  viewed_ = view;
  auto provide = [&](std::uint64_t index) { return material_of(index); };
  if (auto filled = committed_.complete(provide); !filled) return filled;
  if (auto filled = view_.complete(provide); !filled) return filled;
  for (Commit& commit : waiting_) {
    if (!commit.summary.fitness) continue;
    auto material = material_of(commit.summary.index);
    if (!material) return std::unexpected(material.error());
    commit.material = std::move(*material);
  }
  if (!context_.provider.reads_prompts()) return {};
  auto usd = spent_so_far(context_.archive, pending_);
  if (!usd) return std::unexpected(usd.error());
  ledger_.start(context_.budget.usd, *usd);
  context_.meter.spent(*usd);
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
  job->background.visible = visible(index);
  job->background.stop = context_.stop;
  {
    std::lock_guard guard(mutex_);
    for (; viewed_ < visible(index); ++viewed_) {
      assert(!waiting_.empty() && "the tokens bound what is under way");
      view_.apply(waiting_.front());
      waiting_.pop_front();
    }
  }
  if (!job->is_seed) make_proposal(*job);
  if (!job->is_seed) {
    job->background.entry = view_.entry(job->choice.island);
    const auto& elites = view_.island(job->choice.island);
    if (!elites.empty()) job->background.best = elites.front().fitness;
    job->background.confirm_elites = context_.settings.confirm_elites;
  }
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
  job.choice = context_.strategy.choose(view_, job.index, random);
  if (job.choice.parents.empty()) {
    job.error = Error{context_.problem.task.name + ": no baseline policy can be evaluated, so there is nothing to start from; see the outcomes of the first candidates"};
    return;
  }
  job.background.bar = view_.bar(job.choice.island);
  job.background.margin = context_.settings.abandon_margin;
  Proposal& proposal = job.proposal;
  proposal.index = job.index;
  proposal.seed = context_.seed;
  proposal.contract = &context_.problem.task.contract;
  for (const Elite& parent : job.choice.parents) proposal.parents.push_back({parent.index, &parent.material->policy});
  proposal.tune = job.choice.tune;
  proposal.seen = [this, limit = job.background.visible](const Digest& ast) { return asts_.first(ast, limit).has_value(); };
  proposal.stop = context_.stop;
  if (!context_.provider.reads_prompts()) return;
  auto prompt = prompt_for(job);
  if (prompt) proposal.prompt = std::move(*prompt);
  else job.error = prompt.error();
}

Result<std::string> Search::prompt_for(const Job& job) const {
  std::vector<std::uint64_t> parents;
  for (const Elite& parent : job.choice.parents) parents.push_back(parent.index);
  const std::vector<std::uint64_t> failed(view_.failures().begin(), view_.failures().end());
  const Problem& problem = context_.problem;
  return prompt_of(context_.archive, problem.templates, problem.task, problem.properties, parents, failed);
}

// Examine -----------------------------------------------------------------------------------------------------------

bool Search::call_provider(Job& job, const Completion& before) {
  double worst = context_.provider.worst_usd(job.proposal);
  if (!ledger_.reserve(worst)) {
    job.stops = StopReason::budget;
    return false;
  }
  auto completion = context_.provider.complete(job.proposal);
  ledger_.settle(worst, completion ? completion->usd : 0);
  if (!completion) {
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

/// Beside the log until the candidate is in it: the first answer, and below it those to repairs.
void Search::keep(Job& job, bool cut_short) {
  if (!context_.provider.reads_prompts()) return;
  const Digest prompt = sha256(job.proposal.prompt);
  Json body = to_json(job.completion);
  body["prompt"] = prompt.hex();
  if (cut_short) body["cut_short"] = true;
  if (job.proposal.attempt == 0) job.kept = std::move(body);
  else job.kept["repairs"].push_back(std::move(body));
  auto kept = context_.archive.put_pending(job.index, {job.earlier.empty() ? prompt : job.earlier[0].prompt, job.kept});
  if (!kept) job.error = kept.error();
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
  auto examined = examine(*slot, context_.problem, context_.train, Source{job.completion.text}, job.background);
  if (!examined) {
    job.error = examined.error();
    return false;
  }
  job.examined = std::move(*examined);
  for (const auto& [stage, ns] : before) job.examined.stage_ns[stage] += ns;
  // It may be the stop that ended a run; a candidate that ended by itself is tried again on resuming, and ends the same way.
  if (context_.stop.stop_requested() && job.examined.outcome.kind != OutcomeKind::ok) job.stops = StopReason::interrupted;
  return !job.stops;
}

/// Asks once more, with what went wrong. False where there is nothing more to be asked, or no result.
bool Search::repair(Job& job) {
  if (job.is_seed || job.earlier.size() >= context_.settings.repair || !context_.provider.reads_prompts()) return false;
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
    if (auto earlier = irs_.first(*examined.ir, job.index)) settle_duplicate(examined, "optimised code", *earlier);
  }
}

CandidateRecord Search::record_of(const Job& job) const {
  const Examined& e = job.examined;
  CandidateRecord record;
  record.index = job.index;
  record.island = job.choice.island;
  for (const Elite& parent : job.choice.parents) record.parents.push_back(parent.index);
  record.provider = job.is_seed ? "baseline" : context_.provider_name;
  record.operation = job.earlier.empty() ? job.completion.operation : job.earlier[0].completion.operation;
  for (const Earlier& earlier : job.earlier) record.repairs.push_back(earlier.failed);
  record.source = sha256(job.text());
  record.ast = e.ast;
  if (!e.emitted.empty()) record.emitted = sha256(e.emitted);
  record.ir = e.ir;
  record.behaviour = e.behaviour;
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
  if (!selection || !e.binary || (committed_.best() && *selection >= committed_.best()->fitness)) return std::nullopt;
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

Result<void> Search::write(Job& job) {
  auto promoted = promotion(job);
  if (!promoted) return std::unexpected(promoted.error());
  if (job.stops) return {};
  CandidateRecord record = record_of(job);
  auto done = context_.archive.transaction([&]() -> Result<void> {
    if (auto blob = context_.archive.put_blob(job.text()); !blob) return std::unexpected(blob.error());
    if (record.emitted)
      if (auto blob = context_.archive.put_blob(job.examined.emitted); !blob) return std::unexpected(blob.error());
    for (const Earlier& earlier : job.earlier)
      if (auto done = write_answer(job.index, earlier.completion, earlier.prompt); !done) return done;
    if (auto done = write_answer(job.index, job.completion, sha256(job.proposal.prompt)); !done) return done;
    if (auto appended = context_.archive.append(record); !appended) return appended;
    if (*promoted)
      if (auto appended = context_.archive.append(**promoted); !appended) return appended;
    return context_.archive.put_note("elapsed_ns", context_.meter.elapsed().count());
  });
  if (!done) return done;
  context_.meter.count(record);
  asts_.add(record.ast, job.index);
  irs_.add(record.ir, job.index);
  Commit commit{summary_of(record), job.examined.material};
  committed_.apply(commit);
  std::lock_guard guard(mutex_);
  waiting_.push_back(std::move(commit));
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
  if (next_ < seeds()) {
    auto seeded = run_range(seeds());
    if (!seeded || reason_) return seeded;
  }
  return run_range(~std::uint64_t{0});
}

}  // namespace assay::evolve
