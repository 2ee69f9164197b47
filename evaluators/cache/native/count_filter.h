#pragma once
// How often an id was counted, approximately: a counting Bloom filter that answers with the least of its cells.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// Ten cells per id, 14.4 cells per expected entry (an error of 0.1 %), cells by double hashing of the id in the source.
///
/// Where there are 80 cells or more per object of the trace, one count per object is kept instead: the two differ only if
/// ten cells of an object all collide, with a chance below (1/8)^10 per object.
class CountFilter {
 public:
  CountFilter(const Trace& trace, std::uint64_t entries) {
    double cells = std::ceil(kCellsPerEntry * static_cast<double>(entries));
    exact_ = cells >= 80.0 * trace.objects();
    if (exact_) {
      cells_.resize(trace.objects());
      return;
    }
    cells_.resize(cells < kProbes ? 2 * kProbes : static_cast<std::size_t>(cells));
    probes_.reserve(trace.objects());
    for (std::uint32_t id = 0; id < trace.objects(); ++id) {
      std::uint64_t label = trace.labels.empty() ? id : trace.labels[id];
      probes_.push_back({static_cast<std::uint32_t>(hash(label, 0x12345678)), static_cast<std::uint32_t>(hash(label, 0x12344321))});
    }
  }

  void add(std::uint32_t id) {
    if (exact_) {
      ++cells_[id];
      return;
    }
    for (std::uint32_t i = 0; i < kProbes; ++i) ++cells_[cell(id, i)];
  }
  std::uint32_t estimate(std::uint32_t id) const {
    if (exact_) return cells_[id];
    std::uint32_t least = 0xffffffff;
    for (std::uint32_t i = 0; i < kProbes; ++i) least = std::min(least, cells_[cell(id, i)]);
    return least;
  }
  void halve() {
    for (auto& count : cells_) count /= 2;
  }

 private:
  static constexpr std::uint32_t kProbes = 10;
  static constexpr double kCellsPerEntry = 6.907755278982137 / 0.480453013918201;  ///< -ln(0.001) / ln(2)^2
  struct Probes {
    std::uint32_t first, step;
  };
  std::size_t cell(std::uint32_t id, std::uint32_t i) const {
    return (probes_[id].first + i * probes_[id].step) % static_cast<std::uint32_t>(cells_.size());
  }
  /// xxHash64 (Collet) of eight bytes.
  static std::uint64_t hash(std::uint64_t value, std::uint64_t seed) {
    constexpr std::uint64_t p1 = 0x9e3779b185ebca87, p2 = 0xc2b2ae3d27d4eb4f, p3 = 0x165667b19e3779f9,
                            p4 = 0x85ebca77c2b2ae63, p5 = 0x27d4eb2f165667c5;
    std::uint64_t h = (seed + p5 + 8) ^ (std::rotl(value * p2, 31) * p1);
    h = std::rotl(h, 27) * p1 + p4;
    h = (h ^ (h >> 33)) * p2;
    h = (h ^ (h >> 29)) * p3;
    return h ^ (h >> 32);
  }

  bool exact_ = false;
  std::vector<std::uint32_t> cells_;
  std::vector<Probes> probes_;
};

}  // namespace assay::evaluators::cache
