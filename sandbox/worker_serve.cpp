#include "sandbox/worker_serve.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include "sandbox/worker_filter.h"
#include "sandbox/worker_protocol.h"

namespace assay::sandbox {
namespace {

constexpr std::uint64_t kStackBytes = 64u << 20;  // Clang and Z3 recurse over what they are given
constexpr std::uint64_t kThreads = 16;  // of this user namespace; without one, other processes of the uid count too
constexpr std::uint64_t kThreadsAndOthers = 4096;

bool read_all(int stream, char* at, std::size_t bytes) {
  while (bytes > 0) {
    ssize_t n = ::recv(stream, at, bytes, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_all(int stream, const char* at, std::size_t bytes) {
  while (bytes > 0) {
    ssize_t n = ::send(stream, at, bytes, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

struct Answer {
  CallKind kind;
  std::string text;
};

/// The handler's exceptions end here: a candidate that makes Clang or Z3 throw is an outcome, not our end.
Answer answer(const TemplateJob& job, std::string_view request) {
  try {
    Answer result{CallKind::reply, job.handler(request)};
    if (result.text.size() > job.options.reply_limit_bytes) return {CallKind::too_long, ""};
    return result;
  } catch (const std::bad_alloc&) {
    ::_exit(kOutOfMemoryStatus);
  } catch (const std::exception& error) {
    return {CallKind::threw, std::string(error.what()).substr(0, 1000)};
  } catch (...) {
    return {CallKind::threw, "something that is no std::exception"};
  }
}

bool serve_one(const TemplateJob& job, int stream) {
  CallHeader header;
  if (!read_all(stream, reinterpret_cast<char*>(&header), sizeof header)) return false;
  std::string request(header.bytes, '\0');
  if (!read_all(stream, request.data(), request.size())) return false;
  auto result = answer(job, request);
  CallHeader reply{result.kind, 0, result.text.size()};
  return write_all(stream, reinterpret_cast<const char*>(&reply), sizeof reply) &&
         write_all(stream, result.text.data(), result.text.size());
}

}  // namespace

Result<void> close_serving_layers(const TemplateJob& job) {
  if (job.layers & kRlimits) {
    auto lowered = lower_limits({.address_space_bytes = kLimitMemory ? job.options.memory_bytes : kUnlimited,
                                 .cpu_seconds = kUnlimited,  // it lives long; the parent's deadline is per call
                                 .stack_bytes = kStackBytes,
                                 .descriptors = 0,
                                 .processes = job.identity == Identity::mapped ? kThreads : kThreadsAndOthers});
    if (!lowered) return fail(layer_does_not_hold(kRlimits, lowered.error().what));
  }
  if (job.layers & kSeccomp)
    if (auto allowed = allow_worker_calls(); !allowed) return fail(layer_does_not_hold(kSeccomp, allowed.error().what));
  return {};
}

void serve_calls(const TemplateJob& job, int stream) {
  std::set_new_handler([] { ::_exit(kOutOfMemoryStatus); });
  if (!close_serving_layers(job)) ::_exit(kNotJailedStatus);
  while (serve_one(job, stream)) {
  }
  ::_exit(0);
}

}  // namespace assay::sandbox
