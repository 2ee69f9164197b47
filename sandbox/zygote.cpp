// The run zygote: a static program of its own, so that nothing of the parent (its memory, its keys, its descriptors) is
// inherited by a candidate, and so that a fork from it costs little. Started by sandbox/zygote_process.cpp with its
// socket at descriptor 3, inside its namespaces, as process 1 of its own pid namespace.

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "sandbox/message.h"
#include "sandbox/run_child.h"
#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {
namespace {

constexpr std::size_t kPage = 4096;

struct Child {
  pid_t pid = -1;
  int pidfd = -1;
};

struct Zygote {
  Layers layers = kAllLayers;
  SetupPage* setup = nullptr;
  AnswerPage* answer = nullptr;
};

template <class Text>
void copy_message(char (&to)[kMessageBytes], const Text& from) {
  auto n = std::min(from.size(), kMessageBytes - 1);
  std::memcpy(to, from.data(), n);
  to[n] = 0;
}

template <class Page>
Page* shared_page(std::uint64_t address = 0) {
  static_assert(sizeof(Page) <= kPage);
  int fixed = address ? MAP_FIXED_NOREPLACE : 0;
  void* wanted = reinterpret_cast<void*>(address);
  void* at = ::mmap(wanted, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | fixed, -1, 0);
  return at == MAP_FAILED ? nullptr : static_cast<Page*>(at);
}

/// If memory runs out on the host, a candidate goes before anything else. Best effort: /proc may not be there.
void be_first_to_go() {
  int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] ssize_t written = ::write(fd, "900", 3);
  ::close(fd);
}

Result<void> close_zygote_layers(Layers layers, Identity identity) {
  if (layers & kClock)
    if (auto hidden = hide_clock(); !hidden) return fail(layer_does_not_hold(kClock, hidden.error().what));
  if (layers & kNamespaces)
    if (auto entered = enter_empty_root(); !entered)
      return fail(layer_does_not_hold(kNamespaces, entered.error().what));
  if (identity != Identity::mapped)
    if (int error = take_identity(identity, kRunId)) return fail(std::string("take an unused uid: ") + std::strerror(error));
  return drop_privileges();
}

bool set_up(Zygote& zygote) {
  Setup setup;
  auto received = receive_packet(kZygoteSocket, writable_bytes_of(setup));
  if (received.bytes != sizeof setup) return false;
  zygote = {setup.layers, shared_page<SetupPage>(), shared_page<AnswerPage>(kAnswerAt)};
  be_first_to_go();
  auto closed = close_zygote_layers(setup.layers, setup.identity);
  SetupReply reply;
  reply.ready = closed.has_value() && zygote.setup && zygote.answer;
  if (!reply.ready) copy_message(reply.message, closed ? std::string("map shared pages") : closed.error().what);
  return send_packet(kZygoteSocket, bytes_of(reply)) == 0 && reply.ready;
}

/// fork() with a pidfd. Returns 0 in the child.
Child fork_with_pidfd() {
  Child child;
  clone_args arguments{};
  arguments.flags = CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&child.pidfd);
  arguments.exit_signal = SIGCHLD;
  long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  child.pid = pid < 0 ? -errno : static_cast<pid_t>(pid);
  return child;
}

/// Ends when the child has; false when the parent is gone.
bool wait_for_child(const Child& child) {
  for (;;) {
    pollfd waits[2] = {{child.pidfd, POLLIN, 0}, {kZygoteSocket, POLLRDHUP, 0}};
    if (::poll(waits, 2, -1) < 0) continue;
    if (waits[0].revents) return true;
    if (waits[1].revents & (POLLHUP | POLLRDHUP | POLLERR)) return false;
  }
}

/// Whatever the candidate spawned dies with it. Process 1 is not hit by its own kill(-1); outside a pid namespace
/// kill(-1) would end the user's session, so there only the child's process group goes.
void sweep(const Zygote& zygote, const Child& child) {
  ::kill(zygote.layers & kNamespaces ? -1 : -child.pid, SIGKILL);
  while (::waitpid(-1, nullptr, zygote.layers & kNamespaces ? 0 : WNOHANG) > 0) {
  }
}

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

Finished reap(const Zygote& zygote, const Child& child) {
  Finished finished;
  rusage usage{};
  int status = 0;
  ::wait4(child.pid, &status, 0, &usage);
  sweep(zygote, child);
  finished.wait_status = status;
  finished.set_up = zygote.setup->done;
  finished.answered = zygote.answer->answered;
  finished.value = zygote.answer->value;
  finished.fault_address = zygote.answer->fault_address;
  finished.cpu_ns = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
  finished.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  std::memcpy(finished.message, zygote.setup->message, kMessageBytes);
  finished.message[kMessageBytes - 1] = 0;
  return finished;
}

bool run(const Zygote& zygote, const RunMessage& message, std::string_view arguments, const Received& received) {
  // Whole pages: what a candidate writes beside the answer would be there for the next one.
  std::memset(static_cast<void*>(zygote.setup), 0, kPage);
  std::memset(static_cast<void*>(zygote.answer), 0, kPage);
  Child child = fork_with_pidfd();
  if (child.pid == 0) {
    ::setpgid(0, 0);
    run_child({message, arguments, received.descriptors[0], received.descriptors[1],
               received.descriptor_count > 2 ? received.descriptors[2] : -1, zygote.setup, zygote.answer});
  }
  Started started{child.pid};
  if (child.pid < 0) return send_packet(kZygoteSocket, bytes_of(started)) == 0;
  int told = send_packet(kZygoteSocket, bytes_of(started), {}, std::span(&child.pidfd, 1));
  bool parent_lives = told == 0 && wait_for_child(child);
  if (!parent_lives) ::kill(child.pid, SIGKILL);
  Finished finished = reap(zygote, child);
  ::close(child.pidfd);
  return parent_lives && send_packet(kZygoteSocket, bytes_of(finished)) == 0;
}

bool serve(const Zygote& zygote) {
  alignas(RunMessage) static std::byte packet[sizeof(RunMessage) + kMaxArgumentBytes];
  auto received = receive_packet(kZygoteSocket, packet);
  RunMessage message;
  bool whole = received.bytes >= sizeof message && received.descriptor_count >= 2;
  if (whole) std::memcpy(&message, packet, sizeof message);
  whole = whole && received.bytes == sizeof message + message.arguments_bytes;
  std::string_view arguments(reinterpret_cast<char*>(packet) + sizeof message, whole ? message.arguments_bytes : 0);
  bool goes_on = whole && run(zygote, message, arguments, received);
  for (std::size_t i = 0; i < received.descriptor_count; ++i) ::close(received.descriptors[i]);
  return goes_on;
}

}  // namespace
}  // namespace assay::sandbox

int main() {
  ::prctl(PR_SET_NAME, "assay-zygote", 0, 0, 0);
  assay::sandbox::Zygote zygote;
  if (!assay::sandbox::set_up(zygote)) return 1;
  while (assay::sandbox::serve(zygote)) {
  }
  return 0;
}
