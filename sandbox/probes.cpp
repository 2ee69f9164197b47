#include "sandbox/probes.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace assay::sandbox {
namespace {

std::uint64_t list_root(const AssayRun*) { return ::open("/", O_RDONLY | O_DIRECTORY) >= 0; }

std::uint64_t find_host_files(const AssayRun*) {
  std::uint64_t found = 0;
  for (const char* path : {"/etc", "/usr", "/proc", "/proc/self/maps", "/dev/null", "/sys", "/tmp"})
    found += ::access(path, F_OK) == 0;
  return found;
}

/// In a fresh network namespace loopback is down, so that even 127.0.0.1 is unreachable; on the host it refuses.
std::uint64_t reach_loopback(const AssayRun*) {
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (socket < 0) return 0;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(1);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int connected = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  return connected == 0 || errno != ENETUNREACH;
}

std::uint64_t find_descriptors(const AssayRun*) {
  std::uint64_t open = 0;
  for (int fd = 0; fd < 4096; ++fd) open += ::fcntl(fd, F_GETFD) >= 0;
  return open;
}

std::uint64_t make_descriptor(const AssayRun*) { return ::memfd_create("probe", 0) >= 0 || errno != EMFILE; }

std::uint64_t fork_once(const AssayRun*) {
  long pid = ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) ::_exit(0);
  return pid > 0;
}

std::uint64_t map_much(const AssayRun*) {
  return ::mmap(nullptr, 64ull << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

/// They wait to be swept up.
std::uint64_t fork_many(const AssayRun*) {
  for (int i = 0; i < 64; ++i) {
    long pid = ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid < 0) return 0;
    while (pid == 0) ::pause();
  }
  return 1;
}

std::uint64_t touch_much(const AssayRun*) {
  constexpr std::uint64_t kBytes = 4 * kProbeGroupBytes;
  void* at = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return 2;
  for (std::uint64_t i = 0; i < kBytes; i += 4096) static_cast<volatile char*>(at)[i] = 1;
  return 1;
}

std::uint64_t call_kernel(const AssayRun*) {
  ::syscall(SYS_getpid);
  return 1;
}

std::uint64_t read_tick_counter(const AssayRun*) {
#if defined(__x86_64__)
  (void)__builtin_ia32_rdtsc();
#endif
  return 1;
}

std::uint64_t read_vdso(const AssayRun*) {
  auto* at = reinterpret_cast<const volatile unsigned char*>(::getauxval(AT_SYSINFO_EHDR));
  (void)*at;
  return 1;
}

std::uint64_t find_privileges(const AssayRun*) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  ::syscall(SYS_capget, &header, data);
  std::uint64_t held = data[0].effective | data[0].permitted | data[0].inheritable | data[1].effective |
                       data[1].permitted | data[1].inheritable;
  return held != 0 || ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

}  // namespace

ProbeEntry probe_entry(Probe probe) {
  switch (probe) {
    case Probe::none: return nullptr;
    case Probe::root: return list_root;
    case Probe::old_root: return find_host_files;
    case Probe::network: return reach_loopback;
    case Probe::descriptors: return find_descriptors;
    case Probe::new_file: return make_descriptor;
    case Probe::processes: return fork_once;
    case Probe::memory: return map_much;
    case Probe::crowd: return fork_many;
    case Probe::touch: return touch_much;
    case Probe::system_call: return call_kernel;
    case Probe::tick_counter: return read_tick_counter;
    case Probe::vdso: return read_vdso;
    case Probe::privileges: return find_privileges;
  }
  return nullptr;
}

}  // namespace assay::sandbox
