#pragma once
// Synthetic traces, the same on every machine: the four that the reference figures were measured on, and a long Zipf one.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {


///   zipf      200,000 requests over 20,000 ids, Zipf with exponent 0.9
///   scan_mix  150,000 requests: a Zipf set of 4,000 ids, and a scan of 1,000 new ids after every 5,000 requests
///   loop      60,000 requests: ids 0..2999 again and again, every 7th request from a Zipf set of 500
///   phases    120,000 requests: the hot set moves to new ids every 20,000
/// A request every hundredth of a second, sizes by id between 512 and 131,584 bytes. Error: unknown name (lists these).
Result<Trace> synthetic_trace(std::string_view name);

/// `requests` draws from `objects` ids by a Zipf law. Requires: objects > 0.
Trace zipf_trace(std::uint64_t requests, std::uint32_t objects, double exponent, std::uint64_t seed);

}  // namespace assay::evaluators::cache
