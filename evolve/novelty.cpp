#include "evolve/novelty.h"

namespace assay::evolve {

std::optional<std::uint64_t> Novelty::on_probe(const Digest& probe, std::uint64_t size, std::uint64_t index, std::uint64_t visible) const {
  if (index % audit_ == 0) return std::nullopt;
  std::lock_guard guard(mutex_);
  const auto found = by_probe_.find(probe);
  if (found == by_probe_.end()) return std::nullopt;
  const std::vector<Met>& met = found->second;
  bool is_shorter = true;
  for (const Met& each : met) {
    if (each.index >= visible) break;
    if (each.behaviour != met.front().behaviour) return std::nullopt;
    is_shorter &= size < each.size;
  }
  return is_shorter ? std::nullopt : std::optional(met.front().index);
}

std::optional<std::uint64_t> Novelty::on_train(const Digest& behaviour, std::uint64_t size, double selection, std::uint64_t visible) const {
  std::lock_guard guard(mutex_);
  const auto found = by_behaviour_.find(behaviour);
  if (found == by_behaviour_.end()) return std::nullopt;
  for (const Met& each : found->second)
    if (each.index < visible && each.selection <= selection && each.size <= size) return each.index;
  return std::nullopt;
}

void Novelty::add(const CandidateRecord& record) {
  const auto selection = record.selection();
  if (!record.behaviour || !selection) return;
  std::lock_guard guard(mutex_);
  const Met met{record.index, record.size, *selection, *record.behaviour};
  by_behaviour_[*record.behaviour].push_back(met);
  if (record.probe) by_probe_[*record.probe].push_back(met);
}

}  // namespace assay::evolve
