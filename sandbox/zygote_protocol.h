#pragma once
// What the parent and the run zygote say to each other. Both are built from this tree in one build: no versions.
//
// Parent                          Zygote
//   Setup                  ->
//                          <-     SetupReply
//   RunMessage + image, output and input descriptors ->
//                          <-     Started + pidfd of the child
//                          <-     Finished (after the child, and whatever it spawned, is dead)
// The zygote ends when the socket closes, and takes a running child with it.

#include <cstddef>
#include <cstdint>

#include "sandbox/layers.h"

namespace assay::sandbox {

inline constexpr int kZygoteSocket = 3;
inline constexpr std::size_t kMaxArgumentBytes = 64u << 10;
inline constexpr std::size_t kMessageBytes = 500;

struct Setup {
  Layers layers = kAllLayers;
  Identity identity = Identity::mapped;  ///< mapped: taken already; else the zygote takes it once its root is empty
};

struct SetupReply {
  std::uint32_t ready = 0;
  char message[kMessageBytes]{};
};

/// Trusted actions of the self-test, done in the child in place of a candidate (sandbox/probes.h).
enum class Probe : std::uint32_t {
  none,
  root,          ///< landlock: list the root
  old_root,      ///< namespaces: find a file of the host
  network,       ///< namespaces: reach loopback
  descriptors,   ///< always: find an open descriptor
  new_file,      ///< rlimits: make a descriptor
  processes,     ///< rlimits: fork
  memory,        ///< rlimits: map more
  crowd,         ///< cgroups: fork more than the group may have
  touch,         ///< cgroups: touch more memory than the group may have; must die of SIGKILL
  system_call,   ///< seccomp: the mildest call there is; must die of SIGSYS
  tick_counter,  ///< clock: rdtsc; must die of SIGSEGV
  vdso,          ///< clock: read where the vDSO was; must die of SIGSEGV
  privileges,    ///< always: a capability, or no_new_privs not set
};

/// What the group may have while Probe::touch tries for much more.
inline constexpr std::uint64_t kProbeGroupBytes = 8u << 20;

struct RunMessage {
  Probe probe = Probe::none;
  Layers layers = kAllLayers;  ///< a probe looks at one layer with others off
  std::uint64_t load_address = 0;
  std::uint64_t image_bytes = 0;
  std::uint64_t entry_offset = 0;
  std::uint64_t input_bytes = 0;
  std::uint64_t arena_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t ring_blocks = 0;
  std::uint64_t block_bytes = 0;
  std::uint64_t layout = 0;  ///< see shift_of
  std::uint64_t memory_bytes = 0;
  std::uint64_t cpu_seconds = 0;
  std::uint64_t arguments_bytes = 0;  ///< they follow in the same packet
};

struct Started {
  std::int64_t pid = 0;  ///< in the zygote's namespace; below 0: no child, -errno
};

/// `set_up` comes from before the candidate ran, by a page that it cannot reach. `answered` and `value` come from a
/// page that the candidate could write if it ran code of its own.
struct Finished {
  std::int32_t wait_status = 0;
  std::uint32_t set_up = 0;
  std::uint64_t answered = 0;
  std::uint64_t value = 0;
  std::uint64_t fault_address = 0;  ///< with kFaulted: of a SIGSEGV or SIGBUS (`value`)
  std::uint64_t cpu_ns = 0;
  std::uint64_t peak_memory_bytes = 0;
  char message[kMessageBytes]{};  ///< why it was not set up
};

// Where the child maps things: far from where Linux puts programs, stacks and libraries, and the same in every run, so
// that an address that leaks into a decision is at least a constant.
inline constexpr std::uint64_t kArgumentsAt = 0x1000'0000'0000;
inline constexpr std::uint64_t kInputAt = 0x1100'0000'0000;
inline constexpr std::uint64_t kArenaAt = 0x1200'0000'0000;
inline constexpr std::uint64_t kOutputAt = 0x1300'0000'0000;
inline constexpr std::uint64_t kStackAt = 0x1400'0000'0000;
inline constexpr std::uint64_t kStackBytes = 8u << 20;
inline constexpr std::uint64_t kAnswerAt = 0x1500'0000'0000;
inline constexpr std::uint64_t kFaultStackAt = 0x1600'0000'0000;
inline constexpr std::uint64_t kFaultStackBytes = 64u << 10;
inline constexpr std::uint64_t kMaxMappingBytes = 0x0080'0000'0000;  ///< with kMaxShift, the gap between the above

/// Layout 0 is the usual one. Any other moves everything but the pages that the zygote owns, and fills the stack with another
/// pattern: what a candidate decides must not depend on either.
inline constexpr std::uint64_t kMaxShift = 0x0040'0000'0000;
constexpr std::uint64_t shift_of(std::uint64_t layout) { return layout * 0x9e37'79b9'7f4a'7c15 % kMaxShift / 4096 * 4096; }

/// The child dies by this signal when the last step of its set-up fails; under seccomp no candidate can send itself
/// one.
inline constexpr int kSealingFailedSignal = 10;  // SIGUSR1

/// What the child tells the zygote; two pages, shared.
struct SetupPage {
  std::uint32_t done;
  char message[kMessageBytes];
};
struct AnswerPage {
  std::uint64_t answered;  ///< kAnswered, kFaulted, or nothing yet
  std::uint64_t value;
  std::uint64_t fault_address;
};
// Patterns that are unlikely by accident.
inline constexpr std::uint64_t kAnswered = 0x5d8c'0a1e'93f4'6b27;
inline constexpr std::uint64_t kFaulted = 0x7be1'44d2'0c95'f83a;
inline constexpr int kFaultStatus = 70;  ///< exit status of a child whose fault was noted in the answer page
inline constexpr std::uint64_t kPrivilegedInstruction = ~0ull;  ///< fault_address of rdtsc and its like

}  // namespace assay::sandbox
