#include "sandbox/run_outcome.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "sandbox/entry.h"

namespace assay::sandbox {
namespace {

Outcome outcome(OutcomeKind kind, std::string detail) { return {kind, std::move(detail), {}}; }

Outcome killed_by(int signal, const RunFacts& facts) {
  if (facts.deadline_passed && signal == SIGKILL)
    return outcome(OutcomeKind::timeout, "not done after " + facts.deadline + ", the deadline");
  if (signal == SIGXCPU) return outcome(OutcomeKind::timeout, "used more processor time than the deadline allows");
  if (signal == SIGSYS)
    return outcome(OutcomeKind::syscall_denied, "SIGSYS: made a system call; a policy may make none");
  if (signal == SIGKILL)
    return outcome(OutcomeKind::memory, "SIGKILL by the kernel: out of memory, or over the processor time limit");
  return outcome(OutcomeKind::signal, describe_signal(signal));
}

/// Where a fault was, in the words of entry.h.
std::string describe_fault(std::uint64_t address, std::uint64_t layout) {
  struct Region {
    std::uint64_t begin;
    const char* name;
  };
  constexpr Region kRegions[] = {{kFaultStackAt, "far from all of its memory"},
                                 {kAnswerAt, "far from all of its memory"},
                                 {kStackAt, "past its stack"},
                                 {kOutputAt, "past its output"},
                                 {kArenaAt, "past its arena"},
                                 {kInputAt, "past its input, or wrote to it"},
                                 {kArgumentsAt, "past its arguments, or wrote to them"}};
  constexpr std::uint64_t kBelowStack = 64ull << 30;
  if (address == kPrivilegedInstruction) return "read a clock or ran a privileged instruction";
  if (address < 4096) return "used a null pointer";
  address -= std::min(address, shift_of(layout));
  if (address < kStackAt && address >= kStackAt - kBelowStack) return "overflowed its stack of 8 MiB";
  for (const auto& region : kRegions)
    if (address >= region.begin)
      return std::string("touched memory ") + region.name + " (offset " + std::to_string(address - region.begin) + ")";
  return "touched memory that is not its own, or wrote to its code";
}

Result<Outcome> answered(std::uint64_t value, const RunFacts& facts) {
  switch (value) {
    case kAssayOutputFull:
      return outcome(OutcomeKind::output_limit,
                     "more decisions than the " + std::to_string(facts.output_bytes) + " bytes there are for them");
    case kAssayAbandoned: return outcome(OutcomeKind::abandoned, "could not become good enough");
    case kAssayBrokeContract:
      return outcome(OutcomeKind::protocol_violation, "answered outside the range that its contract declares");
    case kAssayBadArguments:
      return outcome(OutcomeKind::protocol_violation,
                     "the driver refused its arguments: a forged answer or, where a baseline shows it, our defect");
  }
  if (value > facts.output_bytes)
    return outcome(OutcomeKind::protocol_violation,
                   "claims " + std::to_string(value) + " bytes of decisions in " + std::to_string(facts.output_bytes));
  return outcome(OutcomeKind::ok, "");
}

}  // namespace

std::string describe_signal(int signal) {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV: touched memory that is not its own";
    case SIGBUS: return "SIGBUS: touched memory past the end of a mapping";
    case SIGILL: return "SIGILL: reached a trap (undefined behaviour, or an unreachable place)";
    case SIGTRAP: return "SIGTRAP: reached a trap";
    case SIGFPE: return "SIGFPE: divided by zero, or the quotient does not fit";
    case SIGABRT: return "SIGABRT: gave up";
  }
  return "signal " + std::to_string(signal);
}

Result<Outcome> outcome_of(const Finished& finished, const RunFacts& facts) {
  bool exited = WIFEXITED(finished.wait_status);
  int signal = WIFSIGNALED(finished.wait_status) ? WTERMSIG(finished.wait_status) : 0;
  if (signal == kSealingFailedSignal) return fail("run jail: the seccomp filter was not accepted");
  if (!finished.set_up && exited) return fail(std::string("run jail: ") + finished.message);
  if (!exited) return killed_by(signal, facts);
  if (WEXITSTATUS(finished.wait_status) == kFaultStatus && finished.answered == kFaulted)
    return outcome(OutcomeKind::signal,
                   (finished.value == SIGBUS ? "SIGBUS: " : "SIGSEGV: ") + describe_fault(finished.fault_address, facts.layout));
  // Only our own path leaves with status 0 and the mark set. The mark could be forged (see the header), the rest not.
  if (WEXITSTATUS(finished.wait_status) != 0 || finished.answered != kAnswered)
    return outcome(OutcomeKind::protocol_violation, "left the process before the driver had its answer");
  return answered(finished.value, facts);
}

}  // namespace assay::sandbox
