#pragma once
// A trace for the benches: Zipf-like over a hot set that moves on, with scans in between. Ids, one a line.

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "evolve/random.h"

namespace assay::bench {

/// False: the disk did not take it.
inline bool write_moving_trace(const std::filesystem::path& path, std::uint64_t requests) {
  evolve::Random random(42, 0);
  std::ofstream out(path);
  std::uint64_t scan = 1u << 30;
  for (std::uint64_t i = 0; i < requests; ++i) {
    const double u = random.unit();
    auto id = static_cast<std::uint64_t>(u * u * u * u * 20000) + i / 20000 * 1000;
    if (i % 6000 >= 5000) id = scan++;
    out << id << "\n";
  }
  return static_cast<bool>(out.flush());
}

}  // namespace assay::bench
