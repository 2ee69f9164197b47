#include "sandbox/zygote_process.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "sandbox/identity.h"
#include "sandbox/message.h"
#include "sandbox/zygote_image.h"
#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {
namespace {

constexpr int kStartTimeoutMs = 10'000;
constexpr unsigned kMfdExec = 0x10;  // MFD_EXEC, Linux 6.3; asked for by hosts with vm.memfd_noexec=1

struct SocketPair {
  FileDescriptor ours, theirs;
};

Result<SocketPair> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return fail(system_error("socketpair"));
  return SocketPair{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Result<FileDescriptor> program_file() {
  int fd = ::memfd_create("assay-zygote", MFD_CLOEXEC | kMfdExec);
  if (fd < 0) fd = ::memfd_create("assay-zygote", MFD_CLOEXEC);
  if (fd < 0) return fail(system_error("memfd_create for the zygote's program"));
  FileDescriptor file(fd);
  for (auto rest = zygote_image(); !rest.empty();) {
    ssize_t n = ::write(file.get(), rest.data(), rest.size());
    if (n < 0) return fail(system_error("write the zygote's program"));
    rest = rest.subspan(static_cast<std::size_t>(n));
  }
  return file;
}

/// Of the parent's descriptors only these stay: a lock or a pipe that it holds must not be held by us as well. Returns
/// where the program is now; the socket is at kZygoteSocket.
int keep_only(int socket, int program) {
  // Both may sit at any number: move them above every possible target, then to their places.
  socket = ::fcntl(socket, F_DUPFD, 64);
  program = ::fcntl(program, F_DUPFD_CLOEXEC, 64);
  ::dup2(socket, kZygoteSocket);
  ::syscall(SYS_close_range, 0u, static_cast<unsigned>(kZygoteSocket - 1), 0u);
  ::syscall(SYS_close_range, static_cast<unsigned>(kZygoteSocket + 1), static_cast<unsigned>(program - 1), 0u);
  ::syscall(SYS_close_range, static_cast<unsigned>(program + 1), ~0u, 0u);
  return program;
}

/// In the child: system calls only, for other threads of the parent may have held locks when it was cloned.
[[noreturn]] void become_zygote(int socket, int program, Identity identity) {
  program = keep_only(socket, program);
  char go = 0;
  while (::read(kZygoteSocket, &go, 1) < 0 && errno == EINTR) {
  }
  char* arguments[] = {const_cast<char*>("assay-zygote"), nullptr};
  char* environment[] = {nullptr};
  // Root without a user namespace stays root until the zygote has made its root empty.
  if (go && (identity != Identity::mapped || take_identity(identity, kRunId) == 0)) {
    ::setsid();  // Ctrl-C on the parent's terminal is not for us
    for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH);
  }
  ::_exit(127);
}

struct Cloned {
  pid_t pid = 0;
  Identity identity = Identity::mapped;
  FileDescriptor pidfd;
};

/// clone3 with a pidfd; -1 and errno when it fails.
pid_t clone_into(unsigned long namespaces, int& pidfd) {
  clone_args arguments{};
  arguments.flags = CLONE_PIDFD | namespaces;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

Result<Cloned> clone_zygote(int socket, int program, bool in_namespaces) {
  Identity identity = in_namespaces ? Identity::mapped : identity_outside_namespaces();
  for (;;) {
    int pidfd = -1;
    pid_t pid = clone_into(in_namespaces ? namespace_flags(identity) : 0, pidfd);
    if (pid == 0) become_zygote(socket, program, identity);
    if (pid > 0) return Cloned{pid, identity, FileDescriptor(pidfd)};
    int error = errno;
    if (in_namespaces && next_identity(identity, error)) continue;
    return fail(in_namespaces ? no_namespaces(error)
                              : std::string("start the run jail: clone: ") + std::strerror(error));
  }
}

/// It waits until it is let go: whatever it does is done in its group.
Result<void> let_go(const Cloned& cloned, const Cgroup* group, int socket) {
  if (group)
    if (auto added = group->add(cloned.pid); !added) return fail(layer_does_not_hold(kCgroups, added.error().what));
  if (cloned.identity == Identity::mapped)
    if (auto mapped = write_identity_maps(cloned.pid, kRunId); !mapped) return mapped;
  return send_packet(socket, {}, "g") == 0 ? Result<void>{} : fail("start the run jail: the zygote is gone");
}

Result<void> set_up(int socket, const Setup& setup) {
  SetupReply reply;
  if (send_packet(socket, bytes_of(setup)) != 0) return fail("start the run jail: the zygote is gone");
  pollfd wait{socket, POLLIN, 0};
  if (::poll(&wait, 1, kStartTimeoutMs) <= 0) return fail("start the run jail: the zygote does not answer");
  auto received = receive_packet(socket, writable_bytes_of(reply));
  if (received.bytes != sizeof reply) return fail("start the run jail: the zygote ended before it was ready");
  reply.message[kMessageBytes - 1] = 0;
  if (!reply.ready) return fail(std::string("start the run jail: ") + reply.message);
  return {};
}

}  // namespace

Result<ZygoteProcess> ZygoteProcess::start(Layers layers, const Cgroup* group) {
  auto pair = socket_pair();
  if (!pair) return std::unexpected(pair.error());
  auto program = program_file();
  if (!program) return std::unexpected(program.error());
  auto cloned = clone_zygote(pair->theirs.get(), program->get(), layers & kNamespaces);
  if (!cloned) return std::unexpected(cloned.error());
  pair->theirs = FileDescriptor();
  ZygoteProcess zygote(std::move(pair->ours), std::move(cloned->pidfd));
  if (auto gone = let_go(*cloned, group, zygote.socket()); !gone) return std::unexpected(gone.error());
  if (auto ready = set_up(zygote.socket(), {layers, cloned->identity}); !ready) return std::unexpected(ready.error());
  return zygote;
}

ZygoteProcess& ZygoteProcess::operator=(ZygoteProcess&& other) noexcept {
  end();
  socket_ = std::move(other.socket_);
  pidfd_ = std::move(other.pidfd_);
  return *this;
}

ZygoteProcess::~ZygoteProcess() { end(); }

void ZygoteProcess::end() {
  if (!pidfd_.valid()) return;
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), nullptr, WEXITED);
  pidfd_ = FileDescriptor();
  socket_ = FileDescriptor();
}

}  // namespace assay::sandbox
