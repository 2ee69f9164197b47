#pragma once
// The layers of both jails, each as one call on the calling process. Linux only; called in processes that we forked,
// are single-threaded and hold nothing worth keeping: most of these calls cannot be undone.
//
// Which layer stops what, and what each does not hold, is told in docs/sandbox.md.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay::sandbox {

/// A set of layers, one bit each.
using Layers = std::uint32_t;
inline constexpr Layers kNamespaces = 1;  ///< user, mount, pid, net, ipc, uts, cgroup; an empty root
inline constexpr Layers kLandlock = 2;    ///< no file, no TCP, no signal or socket out of the process
inline constexpr Layers kSeccomp = 4;     ///< an allowlist of system calls; anything else kills
inline constexpr Layers kRlimits = 8;     ///< memory, descriptors, files, processes, processor time
inline constexpr Layers kClock = 16;      ///< no rdtsc, no vDSO
inline constexpr Layers kCgroups = 32;    ///< a ceiling on memory and processes of a whole jail; where the host has them
inline constexpr Layers kAllLayers = 63;

struct LayerName {
  Layers layer;
  std::string_view name;
};
inline constexpr LayerName kLayerNames[] = {{kNamespaces, "namespaces"},
                                            {kLandlock, "landlock"},
                                            {kSeccomp, "seccomp"},
                                            {kRlimits, "rlimits"},
                                            {kClock, "clock"},
                                            {kCgroups, "cgroups"}};

/// All layers but those named. The Error lists the known names.
Result<Layers> layers_without(const std::vector<std::string>& names);

/// What to say when `layer` (0: one that no option turns off) is not there: its name, why, and how to run without it.
std::string layer_does_not_hold(Layers layer, const std::string& why);

/// Whose identity a jailed process takes.
enum class Identity : std::uint32_t {
  mapped,    ///< uid 0 of its own user namespace, which is nobody outside
  switched,  ///< we are root without a user namespace (in a chroot Linux makes none): an unused uid
  kept,      ///< an ordinary user without namespaces
};
/// The uids and gids that root's jails have outside: one for runs, one for workers, so that neither can touch the other. Not given to
/// anyone by Debian's policy.
inline constexpr unsigned kRunId = 64507;
inline constexpr unsigned kWorkerId = 64508;

/// Takes it, `unused_id` where it is a switched one, without the parent's groups where that is allowed. Plain system calls only:
/// may run between fork and exec. Returns 0 or errno.
int take_identity(Identity identity, unsigned unused_id);

/// Makes an empty read-only tmpfs the root of the calling process. A chroot around us is
/// left first. Requires: CAP_SYS_ADMIN in its own mount namespace.
Result<void> enter_empty_root();

/// Drops every capability for good, sets no_new_privs, forbids dumps and tracing by others of the same uid.
Result<void> drop_privileges();

/// Unmaps the vDSO with its data pages and makes rdtsc fault, for this process and those it forks. Reads
/// /proc/self/maps, so it comes before `enter_empty_root`. Afterwards no libc clock function may be called.
Result<void> hide_clock();

/// Denies every file access, TCP bind and connect, signals and abstract sockets to processes outside, as far as the
/// kernel's Landlock knows them. Descriptors that are open stay usable. The Error says so when the kernel has no
/// Landlock.
Result<void> deny_files();

struct Limits {
  std::uint64_t address_space_bytes;
  std::uint64_t cpu_seconds;
  std::uint64_t stack_bytes;
  std::uint64_t descriptors;
  std::uint64_t processes;
};
inline constexpr std::uint64_t kUnlimited = ~0ull;
/// Sets the rlimits, hard and soft, to these or to the hard limit where that is lower; files written and core dumps are
/// always limited to nothing.
Result<void> lower_limits(const Limits& limits);

/// From here on only exit and exit_group are allowed; any other call kills the process with SIGSYS.
/// Requires: drop_privileges() came first.
Result<void> deny_system_calls();

}  // namespace assay::sandbox
