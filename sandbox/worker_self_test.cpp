#include "sandbox/worker_self_test.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "sandbox/worker_protocol.h"
#include "sandbox/worker_serve.h"

namespace assay::sandbox {
namespace {

bool forks() {
  pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  return pid > 0;
}
bool opens_a_socket() { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }
bool maps_code() {
  return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}
bool opens_a_file() { return ::open("/", O_RDONLY | O_DIRECTORY) >= 0; }
bool maps_past_the_limit() {
  return ::mmap(nullptr, 1ull << 42, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

struct Attempt {
  Layers layer;
  bool (*got_through)();
  int signal;  ///< it must die of this; 0: it must fail
  const char* tried;
};
constexpr Attempt kAttempts[] = {{kSeccomp, forks, SIGSYS, "forked"},
                                 {kSeccomp, opens_a_socket, SIGSYS, "opened a socket"},
                                 {kSeccomp, maps_code, SIGSYS, "mapped memory to execute"},
                                 {kSeccomp, opens_a_file, 0, "opened a file"},
                                 {kRlimits, maps_past_the_limit, 0, "mapped 4 TiB"}};

/// In a process as the serving ones are.
int end_of(const Attempt& attempt, const TemplateJob& job) {
  pid_t pid = ::fork();
  if (pid == 0) {
    if (!close_serving_layers(job)) ::_exit(kNotJailedStatus);
    ::_exit(attempt.got_through() ? 1 : 0);
  }
  int status = -1;
  if (pid > 0) ::waitpid(pid, &status, 0);
  return status;
}

Result<void> try_serving_layers(const TemplateJob& job) {
  for (const auto& attempt : kAttempts) {
    if (!(job.layers & attempt.layer) || (attempt.layer == kRlimits && !kLimitMemory)) continue;
    int status = end_of(attempt, job);
    bool held = attempt.signal ? WIFSIGNALED(status) && WTERMSIG(status) == attempt.signal
                               : WIFEXITED(status) && WEXITSTATUS(status) == 0;
    std::string why = WIFEXITED(status) && WEXITSTATUS(status) == kNotJailedStatus
                          ? "the kernel does not take it"
                          : std::string("a probe ") + attempt.tried;
    if (!held) return fail(layer_does_not_hold(attempt.layer, why));
  }
  return {};
}

}  // namespace

Result<void> worker_self_test(const TemplateJob& job) {
  if ((job.layers & kNamespaces) && ::access("/usr", F_OK) == 0)
    return fail(layer_does_not_hold(kNamespaces, "the host's files are there"));
  if ((job.layers & kLandlock) && opens_a_file())
    return fail(layer_does_not_hold(kLandlock, "the root directory can be opened"));
  return try_serving_layers(job);
}

}  // namespace assay::sandbox
