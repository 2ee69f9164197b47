#pragma once
// The trusted side of the cache domain: replays a run's decisions (driver/common.h says what they are) and counts. It
// never runs candidate code, and believes nothing: every victim must be there, nothing may be overfilled, no more may be
// evicted than room was needed for, and the stream must end where the trace does.

#include <cstddef>
#include <span>

#include "base/outcome.h"
#include "evaluators/cache/native/native.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// A broken rule is an Outcome of kind protocol_violation that names the request.
/// Cost: one pass over requests and decisions; memory: 8 bytes an object in bytes, 1 in objects.
Attempt<Counts> replay_decisions(const Trace& trace, std::uint64_t capacity, Unit unit,
                                 std::span<const std::byte> decisions);

/// How many bytes of the decisions belong to requests before `moment`.
Attempt<std::size_t> decided_before(const Trace& trace, std::uint64_t capacity, Unit unit, std::uint64_t moment,
                                    std::span<const std::byte> decisions);

}  // namespace assay::evaluators::cache
