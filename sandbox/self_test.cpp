#include "sandbox/self_test.h"

#include <sys/wait.h>

#include <csignal>
#include <string>

#include "base/file.h"
#include "sandbox/exchange.h"

namespace assay::sandbox {
namespace {

struct Attempt {
  Probe probe;
  Layers layer;  ///< the one that must stop it; 0: what no option turns off
  int signal;    ///< it must die of this; 0: it must live and report that it got nothing
  const char* tried;
};

constexpr Attempt kAttempts[] = {
    {Probe::descriptors, 0, 0, "found an open descriptor"},
    {Probe::privileges, 0, 0, "holds a capability, or may gain one"},
    {Probe::old_root, kNamespaces, 0, "found files of the host"},
    {Probe::network, kNamespaces, 0, "reached the host's network"},
    {Probe::root, kLandlock, 0, "listed the root directory"},
    {Probe::new_file, kRlimits, 0, "made a descriptor"},
    {Probe::processes, kRlimits, 0, "forked"},
    {Probe::memory, kRlimits, 0, "mapped 64 GiB"},
    {Probe::crowd, kCgroups, 0, "forked 64 times"},
    {Probe::touch, kCgroups, SIGKILL, "took 32 MiB"},
    {Probe::system_call, kSeccomp, SIGSYS, "made a system call"},
    {Probe::tick_counter, kClock, SIGSEGV, "read the tick counter"},
    {Probe::vdso, kClock, SIGSEGV, "read the vDSO"},
};

constexpr std::chrono::seconds kProbeDeadline{5};
constexpr std::uint64_t kProbeMemoryBytes = 256u << 20;

RunMessage message_for(const Attempt& attempt) {
  RunMessage message;
  message.probe = attempt.probe;
  message.layers = attempt.layer;  // zygote-wide layers (namespaces, clock) stay as they are
  message.memory_bytes = kProbeMemoryBytes;
  message.cpu_seconds = 5;
  return message;
}

bool stopped(const Attempt& attempt, const Finished& finished) {
  if (attempt.signal == SIGSEGV && finished.answered == kFaulted) return finished.value == SIGSEGV;
  if (attempt.signal) return WIFSIGNALED(finished.wait_status) && WTERMSIG(finished.wait_status) == attempt.signal;
  return WIFEXITED(finished.wait_status) && finished.answered == kAnswered && finished.value == 0;
}

std::string end_of(const Finished& finished) {
  if (WIFSIGNALED(finished.wait_status)) return "signal " + std::to_string(WTERMSIG(finished.wait_status));
  return "exit status " + std::to_string(WEXITSTATUS(finished.wait_status)) + ", answer " +
         std::to_string(finished.value);
}

/// What got through; empty: the layer held.
std::string probe(int socket, const Attempt& attempt, int no_file) {
  const int descriptors[] = {no_file, no_file};
  auto deadline = std::chrono::steady_clock::now() + kProbeDeadline;
  auto done = exchange(socket, message_for(attempt), {}, descriptors, deadline);
  if (!done) return "the zygote was lost while a probe ran";
  const auto& finished = done->finished;
  if (!finished.set_up) return finished.message;
  return stopped(attempt, finished) ? "" : std::string("a probe ") + attempt.tried + " (" + end_of(finished) + ")";
}

}  // namespace

std::vector<Probed> probe_layers(int socket, Layers layers, Cgroup* group) {
  std::vector<Probed> results;
  auto no_file = make_memfd("assay-probe", 0);
  for (const auto& attempt : kAttempts) {
    if (attempt.layer && !(layers & attempt.layer)) continue;
    Probed result{attempt.layer, attempt.tried, no_file ? "" : no_file.error().what};
    if (group && attempt.probe == Probe::touch)
      if (auto limited = group->limit_memory(kProbeGroupBytes); !limited) result.got_through = limited.error().what;
    if (result.got_through.empty()) result.got_through = probe(socket, attempt, no_file->get());
    results.push_back(std::move(result));
  }
  return results;
}

Result<void> self_test(int socket, Layers layers, Cgroup* group) {
  for (const Probed& result : probe_layers(socket, layers, group))
    if (!result.got_through.empty()) return fail(layer_does_not_hold(result.layer, result.got_through));
  return {};
}

}  // namespace assay::sandbox
