#pragma once
// Trusted code that runs in place of a candidate and tries to get out: the self-test of the run jail.

#include "sandbox/entry.h"
#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {

using ProbeEntry = std::uint64_t (*)(const AssayRun*);

/// nullptr for Probe::none. What a probe returns: 0 when the attempt failed as it must, else a number that says how far
/// it got. A probe that must die (of SIGSYS, of SIGSEGV) returns 1 when it lives.
ProbeEntry probe_entry(Probe probe);

}  // namespace assay::sandbox
