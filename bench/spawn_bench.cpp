// What a jailed run costs: from RunJail::run to its report, for an image that returns at once; and the floor, a bare
// fork, exit and wait from this small process. Prints microseconds.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "sandbox/run_jail.h"
#include "sandbox/worker.h"

namespace {

using Clock = std::chrono::steady_clock;
using assay::sandbox::RunJail;
using assay::sandbox::Worker;

void measure(const std::string& name, int runs, const std::function<void()>& once) {
  for (int i = 0; i < runs / 10; ++i) once();
  std::vector<double> microseconds;
  for (int i = 0; i < runs; ++i) {
    auto begin = Clock::now();
    once();
    microseconds.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  auto at = [&](double share) { return microseconds[static_cast<std::size_t>(share * (runs - 1))]; };
  std::printf("%-36s p50 %8.1f  p90 %8.1f  p99 %8.1f us  (%d runs)\n", name.c_str(), at(0.5), at(0.9), at(0.99), runs);
}

void fork_once() {
  pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
}

template <class T>
T or_exit(assay::Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "spawn_bench: %s\n", result.error().what.c_str());
  std::exit(2);
}

void run_with(const std::vector<std::string>& without, std::size_t output_bytes, const std::string& name) {
  auto jail = or_exit(RunJail::start({without}));
  auto binary = assay::Binary::trusted("\x31\xc0\xc3", 0x20000000, 0);  // xor eax, eax; ret
  measure(name, 2000, [&] {
    auto report = or_exit(jail->run({.binary = binary, .arena_bytes = 1 << 20, .output_bytes = output_bytes}));
    if (report.outcome.kind != assay::OutcomeKind::ok) std::exit(2);
  });
}

}  // namespace

int main() {
  measure("fork, exit, wait (floor)", 2000, fork_once);
  run_with({}, 1 << 16, "run, every layer");
  run_with({}, 16 << 20, "run, every layer, 16 MiB output");
  run_with({"namespaces"}, 1 << 16, "run, without namespaces");
  run_with({"landlock"}, 1 << 16, "run, without landlock");
  run_with({"seccomp"}, 1 << 16, "run, without seccomp");
  measure("start and end of a run jail", 50, [] { or_exit(RunJail::start()); });

  auto echo = [](std::string_view request) { return std::string(request); };
  auto worker = or_exit(Worker::start(echo, {}));
  measure("worker call, 16 bytes", 2000, [&] { or_exit(worker->call("0123456789abcdef", std::chrono::seconds(5))); });
  measure("worker call after recycle", 200, [&] {
    if (!worker->recycle()) std::exit(2);
    or_exit(worker->call("0123456789abcdef", std::chrono::seconds(5)));
  });
}
