// The end of the pipeline, in order: what becomes of a candidate, and its record.

#include <utility>

#include "base/failpoint.h"
#include "evolve/search_job.h"
#include "evolve/traits.h"

namespace assay::evolve {
namespace {

constexpr std::uint64_t kFruitlessLimit = 20;  ///< candidates in a row for which a model gave nothing

}  // namespace

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

}  // namespace assay::evolve
