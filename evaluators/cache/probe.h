#pragma once
// The probe: a short trace on which policies decide differently, made from what a task trains on.

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// Half of it are the beginnings of the given traces, one after the other, with ids of their own; the rest is made: a skewed
/// hot set, a loop that is a little too long, a scan through a hot set, and the first hot set again. Sizes of what is made are drawn
/// from the given ones. The same traces give the same probe on every machine.
/// Requires: at least one trace, none empty.
Result<Trace> probe_trace(std::span<const Trace* const> traces, std::uint64_t requests);

/// A capacity for it: the median of those that are trained on, and small enough that most of the probe does not fit. In a
/// smaller cache nearly everything is evicted whatever the policy says.
/// Requires: at least one capacity.
std::uint64_t probe_capacity(const Trace& probe, std::vector<std::uint64_t> trained_on, Unit unit);

}  // namespace assay::evaluators::cache
