#pragma once
// A program that is spoken to in lines: it reads them on its standard input and answers on its standard output.

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace assay::evaluators::gpu {

/// Owns the process: it is killed and waited for at the end. What it says on its standard error goes where ours does. One thread at a time.
class LineProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// `command[0]` is looked for as a shell does. In a process group of its own: an interrupt from the terminal is ours to handle.
  static Result<std::unique_ptr<LineProcess>> start(const std::vector<std::string>& command);
  LineProcess(const LineProcess&) = delete;
  ~LineProcess();

  /// The line break is added. Errors, here and below: it ended, it does not read or answer in time, a line that is too long or cut off.
  Result<void> write_line(std::string_view line, Deadline deadline);
  Result<std::string> read_line(Deadline deadline);

 private:
  LineProcess(std::string name, pid_t pid, FileDescriptor socket) : name_(std::move(name)), pid_(pid), socket_(std::move(socket)) {}
  Result<void> wait_for(short events, Deadline deadline, const char* doing);

  std::string name_;
  pid_t pid_;
  FileDescriptor socket_;
  std::string unread_;
};

}  // namespace assay::evaluators::gpu
