#include "evolve/lineage.h"

#include <algorithm>
#include <cassert>

namespace assay::evolve {
namespace {

/// Of who does not stand the population learns that the candidate was there, and nothing more.
Commit without_fitness(const Commit& commit) {
  Commit bare{commit.summary, nullptr};
  bare.summary.fitness.reset();
  return bare;
}

}  // namespace

Lineage::Lineage(const PopulationSettings& population, const std::optional<ProofSettings>& proofs, std::unique_ptr<Strategy> strategy)
    : settings_(proofs), base_(population), base_strategy_(proofs && strategy ? strategy->clone() : nullptr), population_(population), strategy_(std::move(strategy)) {}

void Lineage::show(const Commit& commit, Population& population, Strategy* strategy) {
  population.apply(commit);
  if (strategy) strategy->observe(commit);
}

bool Lineage::is_selected(const Population& population, std::uint64_t index) const {
  return settings_->leaders_only ? population.leads(index) : population.holds(index);
}

bool Lineage::is_standing(std::uint64_t index) const {
  if (recent_.empty() || index < recent_.front().commit.summary.index) return !out_.contains(index);
  return recent_[index - recent_.front().commit.summary.index].stands;
}

bool Lineage::stands(const Recent& recent) const {
  if (recent.proof == Proof::proved) return true;
  if (recent.proof == Proof::failed || recent.barred) return false;
  return std::ranges::all_of(recent.parents, [this](std::uint64_t parent) { return is_standing(parent); });
}

bool Lineage::enter(const Commit& commit, const std::vector<std::uint64_t>& parents) {
  if (!settings_) {
    show(commit, population_, strategy_.get());
    return false;
  }
  while (recent_.size() > settings_->delay()) retire();
  Population with = population_;
  with.apply(commit);
  const bool asked = commit.summary.fitness && !commit.summary.is_seed && is_selected(with, commit.summary.index);
  Recent recent{commit, parents};
  recent.barred = commit.summary.fitness && !commit.summary.is_seed && !asked && !settings_->leaders_only;
  if (asked) recent.proof = Proof::under_way;
  recent.stands = stands(recent);
  show(recent.stands ? commit : without_fitness(commit), population_, strategy_.get());
  recent_.push_back(std::move(recent));
  return asked;
}

std::optional<std::uint64_t> Lineage::due() const {
  if (!settings_ || recent_.size() <= settings_->delay() || recent_.front().proof != Proof::under_way) return std::nullopt;
  return recent_.front().commit.summary.index;
}

/// A descendant of the oldest is among the recent ones, and so are all between the two. What stood before them stands still.
std::vector<std::uint64_t> Lineage::rule(bool proved) {
  assert(due() && "nobody waits for a verdict");
  recent_.front().proof = proved ? Proof::proved : Proof::failed;
  std::vector<std::uint64_t> leaving;
  bool changed = false;
  for (Recent& recent : recent_) {
    const bool stood = std::exchange(recent.stands, stands(recent));
    if (stood == recent.stands) continue;
    changed = true;
    if (stood && recent.commit.summary.fitness && &recent != &recent_.front()) leaving.push_back(recent.commit.summary.index);
  }
  if (!changed) return leaving;
  population_ = base_;
  if (strategy_) strategy_ = base_strategy_->clone();
  for (const Recent& recent : recent_) show(recent.stands ? recent.commit : without_fitness(recent.commit), population_, strategy_.get());
  return leaving;
}

void Lineage::retire() {
  Recent& oldest = recent_.front();
  assert(oldest.proof != Proof::under_way && "its verdict is due before the next commit");
  show(oldest.stands ? oldest.commit : without_fitness(oldest.commit), base_, base_strategy_.get());
  if (!oldest.stands) out_.insert(oldest.commit.summary.index);
  recent_.pop_front();
}

Result<void> Lineage::apply(const Step& step) {
  enter(step.commit, step.parents);
  const auto waiting = due();
  const std::string at = "candidate " + std::to_string(step.commit.summary.index);
  if (waiting && (!step.ruling || step.ruling->candidate != *waiting))
    return fail("the log holds no verdict on candidate " + std::to_string(*waiting) + ", which counts from " + at + " on");
  if (!waiting && step.ruling) return fail("the log holds a verdict on candidate " + std::to_string(step.ruling->candidate) + " for which nobody waits at " + at);
  if (waiting) rule(step.ruling->proved);
  return {};
}

std::vector<std::uint64_t> Lineage::under_way() const {
  std::vector<std::uint64_t> open;
  for (const Recent& recent : recent_)
    if (recent.proof == Proof::under_way) open.push_back(recent.commit.summary.index);
  return open;
}

Result<void> Lineage::complete(const std::function<Result<std::shared_ptr<const Material>>(std::uint64_t)>& provide) {
  for (Recent& recent : recent_) {
    if (!recent.commit.summary.fitness || recent.commit.material || recent.barred) continue;
    auto material = provide(recent.commit.summary.index);
    if (!material) return std::unexpected(material.error());
    recent.commit.material = std::move(*material);
  }
  if (auto filled = base_.complete(provide); !filled) return filled;
  return population_.complete(provide);
}

}  // namespace assay::evolve
