#pragma once
// The codes of one table, counted. Internal to verify/table.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "verify/table/table_driver.h"

namespace assay::verify::table {

/// What the codes of one table come to.
struct Counted {
  std::optional<std::size_t> outside;  ///< the first id whose place is not in the table
  std::optional<std::size_t> twice;    ///< the first id whose place was given before
  std::uint64_t folded = 0;            ///< of all codes and their order: finds changes, not forgers
};

class Counter {
 public:
  /// Cost: one pass.
  Counted count(std::span<const std::uint32_t> codes) {
    const std::size_t places = codes.size();
    seen_.assign((places + 63) / 64, 0);
    Counted out;
    std::uint64_t folded = places;
    for (std::size_t id = 0; id < places; ++id) {
      const std::uint32_t code = codes[id];
      folded = (folded ^ code) * 0x9e3779b97f4a7c15u;
      folded ^= folded >> 29;
      if (code >= places) [[unlikely]] {
        if (!out.outside) out.outside = id;
        continue;
      }
      std::uint64_t& word = seen_[code / 64];
      const std::uint64_t bit = std::uint64_t{1} << code % 64;
      if ((word & bit) != 0 && !out.twice) [[unlikely]] out.twice = id;
      word |= bit;
    }
    out.folded = folded;
    return out;
  }

 private:
  std::vector<std::uint64_t> seen_;
};

}  // namespace assay::verify::table
