#include "evolve/population.h"

#include <algorithm>
#include <tuple>

namespace assay::evolve {
namespace {

constexpr std::size_t kFailuresKept = 6;

}  // namespace

bool is_better(const Elite& a, const Elite& b) {
  return std::tie(a.fitness, a.size, a.index) < std::tie(b.fitness, b.size, b.index);
}

bool teaches(OutcomeKind kind) {
  return kind != OutcomeKind::ok && kind != OutcomeKind::duplicate && kind != OutcomeKind::abandoned &&
         kind != OutcomeKind::no_completion && kind != OutcomeKind::unmeasured;
}

bool Population::insert(std::vector<Elite>& elites, const Elite& elite) const {
  auto equal = std::ranges::find(elites, elite.fitness, &Elite::fitness);
  if (equal != elites.end()) {  // as good as: one of each kind, the shorter one
    if (!is_better(elite, *equal)) return false;
    elites.erase(equal);
  }
  elites.insert(std::ranges::upper_bound(elites, elite, is_better), elite);
  if (elites.size() <= settings_.elites) return true;
  const bool stays = elites.back().index != elite.index;
  elites.pop_back();
  return stays;
}

void Population::apply(const Commit& commit) {
  const CandidateSummary& s = commit.summary;
  if (teaches(s.outcome)) {
    failures_.push_front(s.index);
    if (failures_.size() > kFailuresKept) failures_.pop_back();
  }
  if (s.fitness) {
    Elite elite{s.index, *s.fitness, s.size, commit.material};
    if (s.is_seed) {
      seeds_.push_back(elite);
      for (auto& island : islands_) insert(island, elite);
    } else {
      insert(islands_[s.island % settings_.islands], elite);
    }
    if (!best_ || is_better(elite, *best_)) best_ = elite;
  }
  if (settings_.migration_every == 0 || (s.index + 1) % settings_.migration_every != 0 || islands_.size() < 2) return;
  std::vector<std::optional<Elite>> leaving;
  for (auto& island : islands_) leaving.push_back(island.empty() ? std::nullopt : std::optional(island.front()));
  for (std::size_t i = 0; i < islands_.size(); ++i)
    if (leaving[i]) migrated_ += insert(islands_[(i + 1) % islands_.size()], *leaving[i]);
}

bool Population::holds(std::uint64_t index) const {
  return std::ranges::any_of(islands_, [&](const auto& island) { return std::ranges::find(island, index, &Elite::index) != island.end(); });
}

bool Population::leads(std::uint64_t index) const {
  return std::ranges::any_of(islands_, [&](const auto& island) { return !island.empty() && island.front().index == index; });
}

std::vector<double> Population::bar(std::uint32_t which) const {
  const auto& elites = islands_[which];
  if (elites.size() < settings_.elites || !elites.back().material) return {};
  return elites.back().material->losses;
}

std::optional<double> Population::entry(std::uint32_t which) const {
  const auto& elites = islands_[which];
  return elites.size() < settings_.elites ? std::nullopt : std::optional(elites.back().fitness);
}

Result<void> Population::complete(const std::function<Result<std::shared_ptr<const Material>>(std::uint64_t)>& provide) {
  std::map<std::uint64_t, std::shared_ptr<const Material>> loaded;
  auto fill = [&](Elite& elite) -> Result<void> {
    if (elite.material) return {};
    auto& material = loaded[elite.index];
    if (!material) {
      auto provided = provide(elite.index);
      if (!provided) return std::unexpected(provided.error());
      material = std::move(*provided);
    }
    elite.material = material;
    return {};
  };
  for (auto& island : islands_)
    for (Elite& elite : island)
      if (auto done = fill(elite); !done) return done;
  for (Elite& elite : seeds_)
    if (auto done = fill(elite); !done) return done;
  return best_ ? fill(*best_) : Result<void>{};
}

void Known::add(const std::optional<Digest>& digest, std::uint64_t index) {
  if (!digest) return;
  std::lock_guard guard(mutex_);
  first_.try_emplace(*digest, index);
}

std::optional<std::uint64_t> Known::first(const Digest& digest, std::uint64_t visible) const {
  std::lock_guard guard(mutex_);
  auto found = first_.find(digest);
  if (found == first_.end() || found->second >= visible) return std::nullopt;
  return found->second;
}

}  // namespace assay::evolve
