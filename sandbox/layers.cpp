#include "sandbox/layers.h"

#include <fcntl.h>
#include <sched.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace assay::sandbox {
namespace {

std::unexpected<Error> failed(const char* what) { return fail(std::string(what) + ": " + std::strerror(errno)); }

Result<std::string> read_whole(const char* path) {
  int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed(path);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  ::close(fd);
  return text;
}

bool is_clock_mapping(std::string_view line) {
  return line.find("[vdso]") != line.npos || line.find("[vvar") != line.npos;
}

/// `line` starts with "from-to " in hexadecimal, as in /proc/self/maps.
Result<void> unmap_line(const std::string& line) {
  char* end = nullptr;
  auto from = std::strtoull(line.c_str(), &end, 16);
  auto to = std::strtoull(end + 1, nullptr, 16);
  if (::munmap(reinterpret_cast<void*>(from), to - from) != 0) return failed("unmap the vDSO");
  return {};
}

/// Joining our own mount namespace makes its root ours. In a chroot nothing could be made private, and the tmpfs would show
/// on the host. Best effort: outside of a chroot nothing changes.
void leave_chroot() {
  int own = ::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (own < 0) return;
  ::setns(own, CLONE_NEWNS);
  ::close(own);
}

// Rights by Landlock ABI version (Documentation/userspace-api/landlock.rst); older headers lack the later names. The fifth
// adds ioctl on devices.
constexpr std::uint64_t kFileRights[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
constexpr std::uint64_t kTcpRights = 3;  // since 4: bind, connect
constexpr std::uint64_t kScopes = 3;     // since 6: abstract unix sockets, signals

struct RulesetAttributes {
  std::uint64_t files, tcp, scopes;
};

RulesetAttributes rights_of(long abi) {
  return {kFileRights[abi < 5 ? abi : 5], abi >= 4 ? kTcpRights : 0, abi >= 6 ? kScopes : 0};
}

std::size_t attribute_bytes(long abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

Result<void> limit(__rlimit_resource resource, std::uint64_t value, const char* name) {
  rlimit present{};
  if (::getrlimit(resource, &present) != 0) return failed(name);
  value = std::min<std::uint64_t>(value, present.rlim_max);
  rlimit wanted{value, value};
  if (::setrlimit(resource, &wanted) != 0) return failed(name);
  return {};
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

}  // namespace

Result<Layers> layers_without(const std::vector<std::string>& names) {
  Layers layers = kAllLayers;
  for (const auto& name : names) {
    Layers found = 0;
    std::string known;
    for (const auto& entry : kLayerNames) {
      if (entry.name == name) found = entry.layer;
      known += (known.empty() ? "" : ", ") + std::string(entry.name);
    }
    if (!found) return fail("--allow-weak-sandbox=" + name + ": no such layer of the sandbox; there are " + known);
    layers &= ~found;
  }
  return layers;
}

std::string layer_does_not_hold(Layers layer, const std::string& why) {
  std::string name = "privileges", mend;
  for (const auto& entry : kLayerNames)
    if (entry.layer == layer) {
      name = entry.name;
      mend = "; to run without this layer: --allow-weak-sandbox=" + name;
    }
  return "the sandbox's layer " + name + " does not hold: " + why + mend;
}

int take_identity(Identity identity, unsigned unused_id) {
  if (identity == Identity::kept) return 0;
  unsigned id = identity == Identity::mapped ? 0 : unused_id;
  // The raw calls: libc's would signal every thread, and there is one. An ordinary user may not drop its groups.
  if (::syscall(SYS_setgroups, 0, nullptr) != 0 && identity == Identity::switched) return errno;
  if (::syscall(SYS_setresgid, id, id, id) != 0) return errno;
  if (::syscall(SYS_setresuid, id, id, id) != 0) return errno;
  return 0;
}

Result<void> enter_empty_root() {
  leave_chroot();
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("make mounts private");
  // Any directory serves as the place to mount on; it is left behind at once.
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  const char* place = nullptr;
  for (const char* candidate : {"/tmp", "/proc", "/usr"})
    if (!place && ::mount("none", candidate, "tmpfs", kFlags, "size=4k,nr_inodes=1,mode=0555") == 0) place = candidate;
  if (!place) return failed("mount an empty tmpfs");
  if (::chdir(place) != 0) return failed("enter the empty root");
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return failed("pivot_root");
  if (::umount2(".", MNT_DETACH) != 0) return failed("leave the old root");
  if (::chdir("/") != 0) return failed("chdir /");
  if (::mount("none", "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | kFlags, nullptr) != 0)
    return failed("make the empty root read-only");
  return {};
}

Result<void> drop_privileges() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);  // may fail: who never had CAP_SETPCAP has nothing to drop
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);  // an empty keyring instead of the parent's, if there are any
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2]{};
  if (::syscall(SYS_capset, &header, none) != 0) return failed("drop capabilities");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("no_new_privs");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("forbid dumps");
  return {};
}

Result<void> hide_clock() {
  auto maps = read_whole("/proc/self/maps");
  if (!maps) return std::unexpected(maps.error());
  for (std::size_t at = 0; at < maps->size();) {
    auto end = maps->find('\n', at);
    if (end == maps->npos) end = maps->size();
    auto line = maps->substr(at, end - at);
    if (is_clock_mapping(line))
      if (auto unmapped = unmap_line(line); !unmapped) return unmapped;
    at = end + 1;
  }
#if defined(__x86_64__)
  if (::prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) != 0) return failed("make rdtsc fault");
#endif
  return {};
}

Result<void> deny_files() {
  long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return failed("this kernel has no Landlock");
  auto attributes = rights_of(abi);
  int ruleset = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, attribute_bytes(abi), 0));
  if (ruleset < 0) return failed("make a Landlock ruleset");
  long restricted = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
  if (restricted != 0) return failed("enter the Landlock ruleset");
  ::close(ruleset);
  return {};
}

Result<void> lower_limits(const Limits& limits) {
  struct Entry {
    __rlimit_resource resource;
    std::uint64_t value;
    const char* name;
  };
  const Entry entries[] = {{RLIMIT_CORE, 0, "limit core dumps"},
                           {RLIMIT_FSIZE, 0, "limit file sizes"},
                           {RLIMIT_MEMLOCK, 0, "limit locked memory"},
                           {RLIMIT_MSGQUEUE, 0, "limit message queues"},
                           {RLIMIT_CPU, limits.cpu_seconds, "limit processor time"},
                           {RLIMIT_STACK, limits.stack_bytes, "limit the stack"},
                           {RLIMIT_NPROC, limits.processes, "limit processes"},
                           {RLIMIT_NOFILE, limits.descriptors, "limit descriptors"},
                           {RLIMIT_AS, limits.address_space_bytes, "limit memory"}};
  for (const auto& entry : entries)
    if (auto lowered = limit(entry.resource, entry.value, entry.name); !lowered) return lowered;
  return {};
}

Result<void> deny_system_calls() {
  // Hand-written because it is this short: no library, no allocation. 32-bit and x32 calls fail the comparisons.
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{sizeof filter / sizeof *filter, filter};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return failed("enter the seccomp filter");
  return {};
}

}  // namespace assay::sandbox
