#pragma once
// The parent's end of assay-gpu-worker (kernels/worker): starts it here or on another host, asks it to measure, and believes no more of what
// it says than it can check.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evaluators/gpu/figures.h"
#include "evaluators/gpu/live/line_process.h"

namespace assay::evaluators::gpu {

/// The command that a worker's place stands for:
///   local        the device of this machine
///   cpu, cpu:2   the kernels' CPU twin, on that many threads: real times of a CPU, of no GPU
///   ssh:HOST     a worker that is installed there, by the user's own ssh, without questions
///   exec:PATH    a program that speaks the worker's protocol
/// The Error names the four.
Result<std::vector<std::string>> worker_command(const std::string& place);

struct MeasureRequest {
  std::uint64_t seed = 7;
  int rounds = 8;
  int budget_ms = 2000;
  int slack_ms = 60'000;  ///< over the budget: inputs are made, and results checked
};

class Worker {
 public:
  /// Error: it cannot be started, speaks another protocol, or has no device, and why.
  static Result<std::unique_ptr<Worker>> start(const std::string& place);

  const Device& device() const { return device_; }
  const std::string& build() const { return build_; }  ///< sha256 of the program

  /// Medians of all actions, interleaved in one session. Every answer is checked: ids, the count of samples, their median, the floor, the
  /// error of the result. After an Error the worker is not to be asked again.
  Result<std::vector<Figure>> measure(const Subject& subject, std::span<const Action> actions, const MeasureRequest& request);

 private:
  Worker(std::string place, std::unique_ptr<LineProcess> process) : place_(std::move(place)), process_(std::move(process)) {}
  Result<void> read_hello();

  std::string place_;
  std::unique_ptr<LineProcess> process_;
  Device device_;
  std::string build_;
  std::uint64_t next_id_ = 1;
};

}  // namespace assay::evaluators::gpu
