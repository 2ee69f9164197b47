#pragma once
// A warm, long-lived, jailed process that answers requests: where Clang parses candidates and where solvers run.
//
// `start` forks a template at once (so: before other threads exist), lets it warm up, puts it in the jail (own
// namespaces, no files, no network, seccomp allowlist wide enough for malloc) and forks the serving process from it.
// After a crash, a timeout or `recycle_after` requests, a fresh serving process is forked from the template.
// One call at a time per Worker; a pipeline owns one per thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/outcome.h"
#include "base/result.h"
#include "sandbox/run_jail.h"

namespace assay::sandbox {

struct WorkerOptions {
  std::string name = "worker";
  std::uint64_t memory_bytes = 2ull << 30;
  std::size_t reply_limit_bytes = 64u << 20;
  unsigned recycle_after = 500;  ///< requests
  JailOptions jail;
};

struct WorkerReply {
  Outcome outcome;   ///< ok, timeout, memory, signal, syscall_denied or output_limit
  std::string text;  ///< the handler's answer; empty unless ok
};

class Worker {
 public:
  /// Runs in the jailed process, single-threaded, without files. What it returns is the reply.
  using Handler = std::function<std::string(std::string_view request)>;

  /// `warm_up` runs once in the template, before the jail closes.
  static Result<std::unique_ptr<Worker>> start(Handler handler, const WorkerOptions& options,
                                               std::function<void()> warm_up = {});
  virtual ~Worker() = default;
  virtual Result<WorkerReply> call(std::string_view request, std::chrono::milliseconds deadline) = 0;
  /// A call in two halves, so that one thread can wait for several workers: hands the request over, and does not wait.
  /// Then poll reply_socket() for input, and finish(), which waits at most `deadline`; or recycle(), which gives it up.
  virtual Result<void> begin(std::string_view request);
  virtual Result<WorkerReply> finish(std::chrono::milliseconds deadline);
  /// -1: nothing was begun.
  virtual int reply_socket() const { return -1; }
  /// The next call is served by a fresh process.
  virtual Result<void> recycle() = 0;
};

}  // namespace assay::sandbox
