#pragma once
// Bytes over a stream socket, under a deadline: the parent's side of a call.

#include <chrono>
#include <cstddef>
#include <span>

namespace assay::sandbox {

enum class StreamEnd { done, deadline, closed };

StreamEnd send_before(int socket, std::span<const std::byte> bytes, std::chrono::steady_clock::time_point deadline);
/// Fills `room` entirely.
StreamEnd receive_before(int socket, std::span<std::byte> room, std::chrono::steady_clock::time_point deadline);

}  // namespace assay::sandbox
