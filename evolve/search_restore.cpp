// Of Search: from a log to where it ended.

#include <map>

#include "evolve/search.h"
#include "evolve/traits.h"

namespace assay::evolve {
namespace {

/// Of one without a solver, in requests served: in the six campaigns of policies/recordings it took as long as 0.5 to 3.2 million.
constexpr std::uint64_t kCertificateCost = 2'000'000;

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

Lesson lesson_of(const CandidateRecord& record) {
  return {record.index, record.provider, record.parents, record.usd, record.selection(), false};
}

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

/// What a strategy chose from before a resume has no material yet.
Result<void> Search::bring_material(std::vector<Elite>& parents) {
  for (Elite& parent : parents) {
    if (parent.material) continue;
    auto& material = reloaded_[parent.index];
    if (!material) {
      auto loaded = material_of(parent.index);
      if (!loaded) return std::unexpected(loaded.error());
      material = std::move(*loaded);
    }
    parent.material = material;
  }
  return {};
}

/// What the checks of behaviour and their order need. A candidate with a better certificate may behave as another and still
/// be an advance, so with `certificate` nothing is rejected on the probe.
Result<void> Search::prepare_checks() {
  const SearchSettings& settings = context_.settings;
  if (settings.compare_behaviour && !settings.certificate) {
    auto probe = context_.problem.domain.probe(context_.problem.task);
    if (!probe) return std::unexpected(probe.error());
    probe_ = std::move(*probe);
  }
  Schedule::Costs costs{{}, probe_ ? std::optional(probe_->cost()) : std::nullopt, 0, kCertificateCost};
  bool bounded = settings.racing;
  for (const auto& instance : context_.train) {
    costs.instances.push_back(instance->cost());
    costs.confirm += 2 * instance->cost();
    const auto best = bounded ? instance->best_possible() : std::nullopt;
    bounded = best.has_value();
    if (bounded) least_.push_back(context_.problem.task.loss(*best));
  }
  if (!bounded) least_.clear();
  schedule_.emplace(costs, settings.racing, [this](std::uint64_t index) { return visible(index); });
  return {};
}

/// Summaries are cheaper to read, and enough for most campaigns.
bool Search::reads_records() const {
  const SearchSettings& settings = context_.settings;
  return settings.tune > 0 || settings.compare_behaviour || settings.racing || context_.strategy.reads_traits() || context_.provider.learns();
}

/// `record`: with reads_records(). What is not among the first `view` waits.
Result<void> Search::restore_commit(const CandidateSummary& summary, const CandidateRecord* record, const LineageLog& lineage, std::uint64_t view) {
  asts_.add(summary.ast, summary.index);
  irs_.add(summary.ir, summary.index);
  Commit commit{summary, nullptr, {}};
  std::optional<Lesson> lesson;
  if (record) {
    (void)schedule_->plan(summary.index);
    if (context_.settings.compare_behaviour) novelty_.add(*record);
    schedule_->add(*record);
    if (record->tuning) tuner_.proposed(summary.index, *record->tuning);
    if (context_.provider.learns()) lesson = lesson_of(*record);
    if (context_.strategy.reads_traits()) {
      auto traits = traits_of(*record, context_.problem);
      if (!traits) return std::unexpected(traits.error());
      commit.traits = std::move(*traits);
    }
  }
  Waiting next{lineage.step(std::move(commit)), std::move(lesson)};
  if (auto fits = committed_.apply(next.step); !fits) return fits;
  context_.meter.count(summary);
  if (!tuner_.is_tuning(summary.index)) without_completion_ = summary.outcome == OutcomeKind::no_completion ? without_completion_ + 1 : 0;
  if (summary.index < view) return show(next);
  waiting_.push_back(std::move(next));
  return {};
}

Result<void> Search::restore_log() {
  LineageLog lineage;
  if (context_.settings.proofs) {
    auto read = read_lineage(context_.archive, *context_.settings.proofs);
    if (!read) return std::unexpected(read.error());
    lineage = std::move(*read);
  }
  viewed_ = std::min(next_ == 0 ? 0 : visible(next_), next_);
  if (reads_records())
    return context_.archive.for_each("candidate", [&](const Event& event) -> Result<void> {
      auto record = candidate_from_json(event.body);
      if (!record) return std::unexpected(record.error());
      return restore_commit(summary_of(*record), &*record, lineage, viewed_);
    });
  Result<void> fits;
  auto done = context_.archive.for_each_summary([&](const CandidateSummary& summary) {
    if (fits) fits = restore_commit(summary, nullptr, lineage, viewed_);
  });
  return done ? fits : done;
}

Result<void> Search::restore_material() {
  std::map<std::uint64_t, std::shared_ptr<const Material>> loaded;
  auto provide = [&](std::uint64_t index) -> Result<std::shared_ptr<const Material>> {
    auto& known = loaded[index];
    if (known) return known;
    auto material = material_of(index);
    if (material) known = *material;
    return material;
  };
  if (auto filled = committed_.complete(provide); !filled) return filled;
  if (auto filled = view_.complete(provide); !filled) return filled;
  for (Waiting& next : waiting_) {
    if (!next.step.commit.summary.fitness) continue;
    auto material = provide(next.step.commit.summary.index);
    if (!material) return std::unexpected(material.error());
    next.step.commit.material = std::move(*material);
  }
  return {};
}

/// What was under way is begun again.
Result<void> Search::restore_proofs() {
  if (!context_.settings.proofs) return {};
  auto times = proof_times(context_.archive);
  if (!times) return std::unexpected(times.error());
  proof_times_ = *times;
  for (std::uint64_t index : committed_.under_way()) {
    auto record = context_.archive.candidate(index);
    if (!record) return std::unexpected(record.error());
    auto text = context_.archive.blob((*record)->source);
    if (!text) return std::unexpected(text.error());
    context_.prover->ask(index, Source{std::move(*text)});
  }
  return {};
}

/// Calls that were under way at a kill: what they may have cost goes into a note, and not into the chain, so that the log stays
/// that of a campaign that nobody killed.
Result<double> Search::count_lost_calls() {
  auto note = context_.archive.note("lost_usd");
  if (!note) return std::unexpected(note.error());
  const double before = *note && (*note)->is_number() ? (*note)->get<double>() : 0;
  double lost = before;
  for (const auto& [index, kept] : pending_) lost += kept.body.value("asked_usd", 0.0);
  if (lost == before) return lost;
  auto done = context_.archive.transaction([&]() -> Result<void> {
    for (auto& [index, kept] : pending_) {
      if (kept.body.erase("asked_usd") == 0) continue;
      if (auto put = context_.archive.put_pending(index, kept); !put) return put;
    }
    return context_.archive.put_note("lost_usd", lost);
  });
  if (!done) return std::unexpected(done.error());
  return lost;
}

Result<void> Search::restore() {
  if (auto prepared = prepare_checks(); !prepared) return prepared;
  auto count = context_.archive.candidate_count();
  if (!count) return std::unexpected(count.error());
  committed_count_ = next_ = *count;
  auto pending = context_.archive.pending();
  if (!pending) return std::unexpected(pending.error());
  pending_ = std::move(*pending);
  if (auto restored = restore_log(); !restored) return restored;
  if (auto restored = restore_material(); !restored) return restored;
  if (auto asked = restore_proofs(); !asked) return asked;
  if (!context_.provider.reads_prompts()) return {};
  auto lost = count_lost_calls();
  if (!lost) return std::unexpected(lost.error());
  auto usd = spent_so_far(context_.archive, pending_);
  if (!usd) return std::unexpected(usd.error());
  ledger_.start(context_.budget.usd, *usd + *lost);
  context_.meter.spent(*usd + *lost);
  return {};
}

}  // namespace assay::evolve
