#pragma once
// Random choice among the residents, for the sampling algorithms. Same seed, same choices, on every machine.

#include <cstdint>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// In [0, bound), by multiplication; its bias is below bound / 2^32. Requires: bound > 0.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * std::uint64_t{bound}) >> 32);
  }

 private:
  std::uint64_t state_;
};

/// The set of residents, in an order that random choice can index.
class Residents {
 public:
  explicit Residents(std::uint32_t objects) : place_(objects, kNever) {}
  bool contains(std::uint32_t id) const { return place_[id] != kNever; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(ids_.size()); }
  std::uint32_t operator[](std::uint32_t index) const { return ids_[index]; }
  void insert(std::uint32_t id) {
    place_[id] = count();
    ids_.push_back(id);
  }
  void remove(std::uint32_t id) {
    ids_[place_[id]] = ids_.back();
    place_[ids_.back()] = place_[id];
    place_[id] = kNever;
    ids_.pop_back();
  }

 private:
  std::vector<std::uint32_t> ids_, place_;
};

}  // namespace assay::evaluators::cache
