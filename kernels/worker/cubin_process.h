#pragma once
// A cubin's request in a process of its own: a kernel that faults, hangs or writes where it should not takes that process and its context
// with it, and nothing else.

#include <functional>
#include <optional>
#include <string>

#include "kernels/worker/failure.h"

namespace assay::kernels::worker {

/// Starts this program again with --one, gives it `line` and passes on each line that it says about it. The Failure is that it died, hung
/// beyond `seconds` or did not end the request: then the caller must. Stops early when `pass` is false.
std::optional<Failure> run_in_own_process(const std::string& device, const std::string& line, int seconds, const std::function<bool(const std::string&)>& pass);

}  // namespace assay::kernels::worker
