#include "evolve/novelty.h"

namespace assay::evolve {

namespace {

bool agree(const std::vector<std::uint64_t>& some, const std::vector<std::uint64_t>& all) {
  if (some.size() > all.size()) return false;
  for (std::size_t i = 0; i < some.size(); ++i)
    if (some[i] != 0 && some[i] != all[i]) return false;
  return true;
}

}  // namespace

std::uint64_t short_of(const Digest& digest) {
  std::uint64_t value;
  __builtin_memcpy(&value, digest.bytes.data(), sizeof value);
  return value == 0 ? 1 : value;
}

std::optional<std::uint64_t> Novelty::alike(const Conduct& conduct, std::uint64_t size, std::uint64_t visible) const {
  std::lock_guard guard(mutex_);
  const auto found = by_probe_.find(conduct.probe);
  if (found == by_probe_.end()) return std::nullopt;
  const Met* first = nullptr;
  bool is_shorter = true;
  for (const Met& each : found->second) {
    if (each.index >= visible) break;
    if (!agree(conduct.decisions, each.decisions)) continue;
    if (first == nullptr) first = &each;
    if (each.behaviour != first->behaviour) return std::nullopt;
    is_shorter &= size < each.size;
  }
  return is_shorter ? std::nullopt : std::optional(first->index);
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
  const Met met{record.index, record.size, *selection, *record.behaviour, record.decisions};
  by_behaviour_[*record.behaviour].push_back(met);
  if (record.probe) by_probe_[*record.probe].push_back(met);
}

}  // namespace assay::evolve
