#pragma once
// Novelty by behaviour: what earlier candidates decided, on the probe and on train.
//
// A candidate that decides on the probe as an earlier one, whose whole behaviour on train is known, is under suspicion; once it
// has decided as that one on so many train instances (witnesses), too, which have to be run in any case, it is a duplicate and the rest is not
// run. Alike so far is not alike: hence every `audit`-th candidate is run in full all the same, and where two that agree on all
// that was seen are known to differ in the rest, nobody is rejected for it.
//
// Shorter than all that behave alike is no duplicate: it takes their place among the elites (Population).

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "evolve/archive.h"

namespace assay::evolve {

/// What a candidate did so far. `decisions`: short_of(their digest) for each train instance, in task order; 0: not run.
struct Conduct {
  Digest probe;
  std::vector<std::uint64_t> decisions;
};
std::uint64_t short_of(const Digest& digest);

/// Any thread may ask; one thread adds, in order of index. Answers rest on the first `visible` candidates alone, whatever was
/// added since.
class Novelty {
 public:
  /// The first candidate that did the same as far as the one at hand was run, which then need not be run further; none: go on.
  std::optional<std::uint64_t> alike(const Conduct& conduct, std::uint64_t size, std::uint64_t visible) const;

  /// The first candidate that decided so on all of train, was selected by no more and is no longer.
  std::optional<std::uint64_t> on_train(const Digest& behaviour, std::uint64_t size, double selection, std::uint64_t visible) const;

  /// What did not get through to its score has no behaviour to compare with, and is passed over.
  void add(const CandidateRecord& record);

 private:
  struct Met {
    std::uint64_t index, size;
    double selection;
    Digest behaviour;
    std::vector<std::uint64_t> decisions;
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

  mutable std::mutex mutex_;
  Table by_probe_, by_behaviour_;
};

}  // namespace assay::evolve
