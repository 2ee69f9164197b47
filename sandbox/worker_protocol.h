#pragma once
// What the parent, the template and the serving process of a Worker say to each other.
//
// Parent                     Template                         Serving process
//                       <-   TemplateReady + own pidfd
//   SpawnRequest        ->   forks
//                       <-   Spawned + stream, pidfd
//   CallHeader, request --------------------------------->    handler(request)
//                       <---------------------------------    CallHeader, reply
//                       <-   Ended, once it is dead and reaped
// Both end when their socket closes: nothing outlives the parent.

#include <cstddef>
#include <cstdint>

namespace assay::sandbox {

inline constexpr std::size_t kWorkerMessageBytes = 500;

struct TemplateReady {
  std::uint32_t ready = 0;
  char message[kWorkerMessageBytes]{};
};
struct SpawnRequest {
  std::uint32_t unused = 0;
};
struct Spawned {
  std::int64_t pid = 0;  ///< below 0: -errno
};
struct Ended {
  std::int32_t wait_status = 0;
  std::uint64_t peak_memory_bytes = 0;
};

enum class CallKind : std::uint32_t { request, reply, too_long, threw };
struct CallHeader {
  CallKind kind = CallKind::request;
  std::uint32_t unused = 0;
  std::uint64_t bytes = 0;
};

// Exit statuses of a serving process with a meaning.
inline constexpr int kOutOfMemoryStatus = 77;
inline constexpr int kNotJailedStatus = 78;

}  // namespace assay::sandbox
