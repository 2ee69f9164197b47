#pragma once
// From what the kernel and the zygote say about a run to its outcome.

#include <string>

#include "base/outcome.h"
#include "base/result.h"
#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {

/// What the parent itself did and asked for, which the candidate cannot influence.
struct RunFacts {
  bool deadline_passed = false;  ///< the parent killed it
  std::string deadline;          ///< "2000 ms"
  std::uint64_t output_bytes = 0;
  std::uint64_t layout = 0;      ///< where things lay (sandbox/zygote_protocol.h)
};

/// The Error is the harness's: a run that could not be set up.
///
/// What a candidate that runs code of its own (past the screen and the compiler) can forge: its answer, as if the
/// driver had returned it: a byte count, "abandoned", "broke the contract", "bad arguments". The first claims
/// decisions, which the trusted scorer replays; the others end the candidate, and nothing else: a forged answer must
/// not stop a campaign (a driver that really refuses its arguments fails on every baseline). What it cannot forge: the wait status, the deadline, the two clocks, and whether it
/// was set up, because those come from the kernel, from the parent, and from a page that it does not have.
Result<Outcome> outcome_of(const Finished& finished, const RunFacts& facts);

/// "SIGSEGV: touched memory that is not its own", for a signal number.
std::string describe_signal(int signal);

}  // namespace assay::sandbox
