#pragma once
// Reference algorithms, native over dense ids: what a campaign's policies are measured against.
//
// One file per algorithm. Semantics (docs/caching.md): a hit returns; on a miss an object larger than the capacity is
// rejected, else evict while occupied + size > capacity, then insert; size is fixed at insertion.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

struct Counts {
  std::uint64_t requests = 0, misses = 0;
  std::uint64_t bytes = 0, missed_bytes = 0;  ///< in unit `objects`, every request counts 1
  double miss_ratio() const { return requests == 0 ? 0 : static_cast<double>(misses) / static_cast<double>(requests); }
  double byte_miss_ratio() const { return bytes == 0 ? 0 : static_cast<double>(missed_bytes) / static_cast<double>(bytes); }
  bool operator==(const Counts&) const = default;
};

/// `seed` matters to the randomised algorithms only. Error: unknown name (lists the known ones), or capacity 0.
Result<Counts> run_native(std::string_view name, const Trace& trace, std::uint64_t capacity, Unit unit,
                          std::uint64_t seed = 1);

std::vector<std::string_view> native_names();

}  // namespace assay::evaluators::cache
