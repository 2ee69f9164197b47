#pragma once
// Random numbers that are the same on every machine: everything random in a campaign comes from (seed, stream).
//
// splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): one 64-bit state, enough
// for choices that are made a few hundred times a candidate.

#include <cassert>
#include <cstdint>
#include <span>

namespace assay::evolve {

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed ^ 0x9e3779b97f4a7c15u) + mix(stream + 0x632be59bd9b4e019u)) {}

  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15u); }
  /// In [0, bound). Requires: bound > 0. The bias is below 2^-40 for the bounds used here.
  std::uint64_t below(std::uint64_t bound) {
    assert(bound > 0);
    return next() % bound;
  }
  /// In [low, high], both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }

  template <class Container>
  auto& pick(Container& from) {
    return from[static_cast<std::size_t>(below(std::size(from)))];
  }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace assay::evolve
