#pragma once
// A counterexample's execution, step by step, in the candidate's own words. Internal to certify.

#include <vector>

#include "verify/ast.h"
#include "verify/certify.h"
#include "verify/lower/program.h"
#include "verify/lower/sample.h"

namespace assay::verify {

inline constexpr std::size_t kTraceSteps = 60;

struct TraceRequest {
  const lower::Program& told;        ///< of the same text, lowered with its variables (toolchain.h, Detail::variables)
  const lower::Inputs& inputs;       ///< in the order of Program::inputs, which is the contract's
  const std::vector<Place>& places;  ///< debug line -> the candidate's own
  std::uint64_t bound;
};

/// Every assignment to a variable or to a field of the state, then the answer, or what goes wrong. Of a step that repeats (a
/// loop's) the first two and the last are kept, and of all at most kTraceSteps; a step named "..." says how many are left out.
std::vector<TraceStep> trace_of(const TraceRequest& request);

}  // namespace assay::verify
