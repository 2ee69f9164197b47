#pragma once
// Records the files that a command and all its children read, as a request trace.
//
// How: ptrace, with a seccomp filter that stops a process only where it opens a file for reading, so that everything else
// runs at full speed. Works without privileges; needs /proc. What counts as a request:
//   - a successful open, openat or openat2 of a regular file with O_RDONLY, or with O_RDWR but not O_TRUNC;
//   - the program that an execve starts.
// Left out: files under /proc and /sys, anonymous files, directories, programs of a foreign instruction set, and opens
// through io_uring. The filter needs "no new privileges": a setuid program in the command does not gain its privileges.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace assay::cli {

struct RecordedRequest {
  std::uint32_t file = 0;          ///< dense, in order of first appearance
  std::uint64_t size_bytes = 0;    ///< at open; at least 1
  std::uint64_t milliseconds = 0;  ///< since the command was started; never goes back
};

struct Recording {
  std::vector<RecordedRequest> requests;  ///< in order of the opens
  std::vector<std::string> files;         ///< canonical path of each file number
  int exit_code = 0;                      ///< of the command; 128 + n when signal n ended it
  bool interrupted = false;               ///< SIGINT or SIGTERM came; what was recorded until the end is here
};

struct RecordOptions {
  bool stdout_to_stderr = false;  ///< the command's standard output goes to our standard error
};

/// Runs `command` to the end of its last child. The first SIGINT or SIGTERM goes to the command, a second one ends all of it.
/// Takes over SIGINT, SIGTERM and wait() of the process while it runs; call it from the only thread.
/// Error: nothing to run, not found, or the host refuses to trace (with the mend).
Result<Recording> record(const std::vector<std::string>& command, const RecordOptions& options = {});

/// A number for a path that says nothing of the path: the first 8 bytes of its SHA-256. The same in every recording.
std::uint64_t id_of_path(const std::string& path);

}  // namespace assay::cli
