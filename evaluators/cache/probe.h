#pragma once
// The probe: a short trace on which policies decide differently, made from what a task trains on.

#include <cstdint>
#include <span>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// Half of it are the beginnings of the given traces, one after the other, with ids of their own; the rest is made: a skewed
/// hot set, a loop that is a little too long, a scan through a hot set, and the first hot set again. Sizes of what is made are drawn
/// from the given ones. The same traces give the same probe on every machine.
/// Requires: at least one trace, none empty.
Result<Trace> probe_trace(std::span<const Trace* const> traces, std::uint64_t requests);

/// A capacity for it: as small as the smallest that is trained on, and small enough that most of the probe does not fit.
std::uint64_t probe_capacity(const Trace& probe, std::uint64_t smallest, Unit unit);

}  // namespace assay::evaluators::cache
