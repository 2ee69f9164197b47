#pragma once
// The run jail: a small zygote program, inside its own user, pid, mount, net, ipc, uts and cgroup namespaces, that
// forks one child per run. The child maps the image and the instance, drops everything (Landlock deny-all, rlimits,
// seccomp allowlist) and calls assay_entry. The parent owns the clock, the deadline and the SIGKILL. The jail returns
// decisions, never a score.
//
// Decisions come out through a ring of blocks (sandbox/ring_reader.h). One run at a time per RunJail; a pipeline owns one per thread. It may be started at any time, beside other threads:
// the zygote is a program of its own and inherits nothing. docs/sandbox.md tells what each layer holds.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/binary.h"
#include "base/outcome.h"
#include "base/result.h"

namespace assay::sandbox {

/// Layers that may be named on the command line to run without; nothing is ever dropped silently.
struct JailOptions {
  std::vector<std::string> without;  ///< any of "namespaces", "landlock", "seccomp", "rlimits", "clock"
};

struct RunRequest {
  const Binary& binary;
  int input_fd = -1;  ///< a memfd, mapped shared and read-only; -1 for no input
  std::size_t input_bytes = 0;
  std::string arguments;
  std::size_t arena_bytes = 0;
  std::size_t output_bytes = 0;  ///< most bytes of decisions; over 4 MiB they are taken out while the run goes on
  std::uint64_t memory_bytes = 512u << 20;
  std::uint64_t layout = 0;  ///< 0: the usual addresses; any other number: other ones, and other bytes on the unused stack
  std::chrono::milliseconds deadline{2000};
};

struct RunReport {
  Outcome outcome;
  std::span<const std::byte> output;  ///< the decisions, a copy of our own; valid until the next run on this jail
  std::chrono::nanoseconds wall{};    ///< from request to exit, by the parent's clock
  std::chrono::nanoseconds cpu{};     ///< user + system time of the child
  std::uint64_t peak_memory_bytes = 0;
};

class RunJail {
 public:
  /// Starts the zygote and checks that each layer holds (`self_test`). Where one is missing: an Error that names it and
  /// the option that would run without it.
  static Result<std::unique_ptr<RunJail>> start(const JailOptions& options = {});
  virtual ~RunJail() = default;
  /// The Error is the harness's (zygote lost and not restartable); everything the candidate does is in the report.
  virtual Result<RunReport> run(const RunRequest& request) = 0;
  /// The next run happens in a fresh zygote, which shares no address and no page with the one before.
  virtual Result<void> recycle() = 0;
  /// Layers this jail runs without, for the record of every result. Empty: all of them hold.
  virtual const std::vector<std::string>& missing_layers() const = 0;
};

}  // namespace assay::sandbox
