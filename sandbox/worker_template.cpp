#include "sandbox/worker_template.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "sandbox/identity.h"
#include "sandbox/message.h"
#include "sandbox/sanitized.h"
#include "sandbox/worker_protocol.h"
#include "sandbox/worker_self_test.h"
#include "sandbox/worker_serve.h"

namespace assay::sandbox {
namespace {

/// Of the parent nothing is kept open but the control socket and, for the warm-up's complaints, standard error. Returns
/// the socket's new place.
int keep_only(int control) {
  control = ::fcntl(control, F_DUPFD_CLOEXEC, 64);
  int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 2; ++fd) ::dup2(null, fd);
  ::syscall(SYS_close_range, 3u, static_cast<unsigned>(control - 1), 0u);
  ::syscall(SYS_close_range, static_cast<unsigned>(control + 1), ~0u, 0u);
  return control;
}

void forget_parent() {
  ::setsid();  // Ctrl-C on the parent's terminal is not for us
  for (int signal = 1; signal < 65; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Keys are handed to programs in the environment: the bytes go, not only the list of them.
  for (char** entry = environ; entry && *entry; ++entry) ::explicit_bzero(*entry, std::strlen(*entry));
  ::clearenv();
}

[[noreturn]] void refuse(int control, const std::string& why) {
  TemplateReady reply;
  why.copy(reply.message, kWorkerMessageBytes - 1);
  send_packet(control, bytes_of(reply));
  ::_exit(1);
}

/// Returns who we are to be.
Identity enter_namespaces(int control) {
  Identity identity = Identity::mapped;
  while (::unshare(static_cast<int>(namespace_flags(identity))) != 0)
    if (int error = errno; !next_identity(identity, error)) refuse(control, no_namespaces(error));
  return identity;
}

/// "u" to the parent: we are in a user namespace; "s": we are not, and need no maps. "g" back: the maps are written, and we are in
/// our control group.
void wait_until_let_go(int control, Identity identity) {
  send_packet(control, {}, identity == Identity::mapped ? "u" : "s");
  char go = 0;
  receive_packet(control, writable_bytes_of(go));
  if (go != 'g') ::_exit(1);
}

void take_identity_or_refuse(const TemplateJob& job) {
  if (int error = take_identity(job.identity, kWorkerId))
    refuse(job.control, std::string("take the jail's identity: ") + std::strerror(error));
}

Result<void> close_template_layers(const TemplateJob& job) {
  if (job.layers & kNamespaces)
    if (auto entered = enter_empty_root(); !entered)
      return fail(layer_does_not_hold(kNamespaces, entered.error().what));
  if (job.identity != Identity::mapped) take_identity_or_refuse(job);  // the root is emptied as root
  if (auto dropped = drop_privileges(); !dropped) return dropped;
  if (job.layers & kLandlock)
    if (auto denied = deny_files(); !denied) return fail(layer_does_not_hold(kLandlock, denied.error().what));
  return {};
}

struct Serving {
  pid_t pid = -1;
  int pidfd = -1;
};

Serving spawn(const TemplateJob& job) {
  Serving serving;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return serving;
  serving.pid = ::fork();
  if (serving.pid == 0) {
    ::close(job.control);
    ::close(ends[0]);
    serve_calls(job, ends[1]);
  }
  Spawned spawned{serving.pid < 0 ? -errno : serving.pid};
  if (serving.pid > 0) serving.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, serving.pid, 0));
  const int passed[] = {ends[0], serving.pidfd};
  send_packet(job.control, bytes_of(spawned), {}, std::span(passed, serving.pidfd >= 0 ? 2 : 0));
  ::close(ends[0]);
  ::close(ends[1]);
  return serving;
}

/// Whatever a serving process that was taken over has spawned dies with it. Process 1 is not hit by its own kill(-1); outside of
/// a pid namespace kill(-1) would end the user's session.
void sweep(const TemplateJob& job) {
  if (!(job.layers & kNamespaces)) return;
  ::kill(-1, SIGKILL);
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
}

void report_end(const TemplateJob& job, Serving& serving) {
  rusage usage{};
  int status = 0;
  ::wait4(serving.pid, &status, 0, &usage);
  sweep(job);
  ::close(serving.pidfd);
  serving = {};
  send_packet(job.control, bytes_of(Ended{status, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024}));
}

/// Until the parent is gone. Process 1 of a pid namespace takes everything in it along; without one we kill by hand.
void serve_template(const TemplateJob& job) {
  Serving serving;
  for (;;) {
    pollfd waits[2] = {{job.control, POLLIN | POLLRDHUP, 0}, {serving.pidfd, POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0) continue;
    if (serving.pid > 0 && waits[1].revents) report_end(job, serving);
    if (!waits[0].revents) continue;
    SpawnRequest request;
    if (receive_packet(job.control, writable_bytes_of(request)).bytes != sizeof request) break;
    if (serving.pid < 0) serving = spawn(job);
  }
  if (serving.pid > 0) ::kill(serving.pid, SIGKILL);
}

[[noreturn]] void be_template(const TemplateJob& job) {
  ::prctl(PR_SET_NAME, ("assay-" + job.options.name).substr(0, 15).c_str(), 0, 0, 0);
  int self = static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0));
  if (job.warm_up) job.warm_up();
  if (!kSanitized) ::dup2(1, 2);  // a sanitizer's report is to be read
  if (auto closed = close_template_layers(job); !closed) refuse(job.control, closed.error().what);
  if (auto holds = worker_self_test(job); !holds) refuse(job.control, holds.error().what);
  TemplateReady ready{1};
  send_packet(job.control, bytes_of(ready), {}, std::span(&self, self >= 0 ? 1 : 0));
  ::close(self);
  serve_template(job);
  ::_exit(0);
}

}  // namespace

void run_template(const TemplateJob& parents) {
  forget_parent();
  TemplateJob job{keep_only(parents.control), parents.layers, parents.options, parents.handler, parents.warm_up, {}};
  job.identity = job.layers & kNamespaces ? enter_namespaces(job.control) : identity_outside_namespaces();
  wait_until_let_go(job.control, job.identity);
  if (job.identity == Identity::mapped) take_identity_or_refuse(job);
  pid_t pid = ::fork();
  if (pid == 0) be_template(job);
  if (pid < 0) refuse(job.control, std::string("fork the template: ") + std::strerror(errno));
  ::syscall(SYS_close_range, 0u, ~0u, 0u);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

}  // namespace assay::sandbox
