#pragma once
// One run, as told to the zygote and back, under the parent's clock.

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {

struct Exchange {
  Finished finished;
  bool deadline_passed = false;  ///< and so the child was killed by us
};

/// Sends the run, waits for the child's end until `deadline`, then kills it. Descriptors: image, output, input (if
/// any). `meanwhile`, if any, is called about every millisecond until then. Empty: the zygote is lost, or does not answer.
std::optional<Exchange> exchange(int socket, const RunMessage& message, std::string_view arguments,
                                 std::span<const int> descriptors, std::chrono::steady_clock::time_point deadline,
                                 const std::function<void()>& meanwhile = {});

/// Waits until `fd` can be read (or is closed). False when the deadline comes first.
bool readable_before(int fd, std::chrono::steady_clock::time_point deadline);

}  // namespace assay::sandbox
