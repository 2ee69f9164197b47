#pragma once
// What the program's exit status says (docs/cli.md).

#include "base/result.h"

namespace assay::cli {

inline constexpr int kOk = 0;
inline constexpr int kFindings = 1;       ///< the policy failed: refused, refuted, unknown, broke a rule
inline constexpr int kOurError = 2;       ///< wrong usage, bad input, full disk, our defect
inline constexpr int kTryAgain = 3;       ///< a provider or the host is in trouble
inline constexpr int kBudgetSpent = 4;    ///< seconds or money ran out before the candidates did; results are kept
inline constexpr int kInterrupted = 130;  ///< stopped by SIGINT or SIGTERM; resumable

inline int exit_code_of(const Error& error) { return error.fault == Fault::provider ? kTryAgain : kOurError; }

}  // namespace assay::cli
