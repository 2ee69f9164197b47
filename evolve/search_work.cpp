// The middle of the pipeline, many candidates at once: answers, examinations, repairs.

#include <utility>

#include "base/failpoint.h"
#include "evolve/prompt.h"
#include "evolve/search_job.h"

namespace assay::evolve {
namespace {

/// What was paid for the candidate before, for an answer that did not come or that answers another prompt.
void add_cost(Completion& completion, const Completion& before) {
  completion.tokens_in += before.tokens_in;
  completion.tokens_out += before.tokens_out;
  completion.usd += before.usd;
}

}  // namespace

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

}  // namespace assay::evolve
