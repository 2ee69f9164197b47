#pragma once
// Novelty by behaviour: what earlier candidates decided, on the probe and on train.
//
// A candidate that decides on the probe as an earlier one, whose whole behaviour on train is known, is a duplicate before
// anything costly is run. Equal on the probe is not equal: hence every `audit`-th candidate is run in full all the same, and once two
// that agree on a probe are known to differ on train, that probe's digest tells nothing and is not believed again.
//
// Shorter than all that behave alike is no duplicate: it takes their place among the elites (Population).

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "evolve/archive.h"

namespace assay::evolve {

/// Any thread may ask; one thread adds, in order of index. Answers rest on the first `visible` candidates alone, whatever was
/// added since.
class Novelty {
 public:
  explicit Novelty(std::uint64_t audit = 16) : audit_(audit) {}

  /// The first candidate that decided so on the probe, where the one at hand need not be run for that; none: run it.
  std::optional<std::uint64_t> on_probe(const Digest& probe, std::uint64_t size, std::uint64_t index, std::uint64_t visible) const;

  /// The first candidate that decided so on all of train, was selected by no more and is no longer.
  std::optional<std::uint64_t> on_train(const Digest& behaviour, std::uint64_t size, double selection, std::uint64_t visible) const;

  /// What did not get through to its score has no behaviour to compare with, and is passed over.
  void add(const CandidateRecord& record);

 private:
  struct Met {
    std::uint64_t index, size;
    double selection;
    Digest behaviour;
  };
  struct Hash {
    std::size_t operator()(const Digest& digest) const {
      std::size_t value;
      static_assert(sizeof value <= sizeof digest.bytes);
      __builtin_memcpy(&value, digest.bytes.data(), sizeof value);
      return value;
    }
  };
  using Table = std::unordered_map<Digest, std::vector<Met>, Hash>;

  std::uint64_t audit_;
  mutable std::mutex mutex_;
  Table by_probe_, by_behaviour_;
};

}  // namespace assay::evolve
