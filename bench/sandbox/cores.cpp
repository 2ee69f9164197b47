// Candidates a second through screen, compile, run and replay, on one core and on two, beside a loop that only spins: what
// the machine itself gives to a second core.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <thread>

#include "base/file.h"
#include "bench/sandbox/machine.h"
#include "bench/sandbox/policies.h"
#include "bench/sandbox/sections.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMutants = 90;
constexpr std::uint64_t kRequests = 100'000;
constexpr int kRounds = 3;
constexpr int kPasses = 2;  ///< over all policies, in each measurement
constexpr const char* kStages[] = {"screen", "compile", "run", "replay"};
constexpr std::size_t kStageCount = std::size(kStages);

/// Plain data, because it comes back through a pipe.
struct Pass {
  double seconds = 0;
  double candidates = 0;
  double wall_ms[kStageCount]{};
  double cpu_ms[kStageCount]{};  ///< of the parent, the compile worker, the zygote and its child
};

/// What `body` measures in a process of its own, kept to `processors` with all that it starts.
Pass in_a_process(const std::vector<int>& processors, const std::function<Pass()>& body) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) stop(system_error("pipe"));
  FileDescriptor ours(ends[0]), theirs(ends[1]);
  pid_t pid = ::fork();
  if (pid == 0) {
    keep_to_processors(processors);
    Pass pass = body();
    ::_exit(::write(theirs.get(), &pass, sizeof pass) == sizeof pass ? 0 : 1);
  }
  theirs = FileDescriptor();
  Pass pass;
  const bool whole = ::read(ours.get(), &pass, sizeof pass) == sizeof pass;
  ::waitpid(pid, nullptr, 0);
  if (!whole) stop("a measurement ended before it had its figures");
  return pass;
}

/// Every driver that the policies need is there afterwards, and Clang is warm: both happen once a campaign.
void warm_up(evolve::Slot& slot, const Workload& work) {
  for (const Source& source : work.policies) {
    auto screened = need(slot.toolchain->screen(work.task.contract, source));
    if (!screened) stop("a policy does not screen twice: " + screened.error().detail);
    need(slot.toolchain->compile({work.task.contract, *screened, work.problem->driver, verify::Effort::quick}));
  }
}

void on_threads(unsigned count, const std::function<void(unsigned)>& body) {
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
}

Pass whole_loop(const Workload& work, const evolve::TrainInstances& instances, unsigned threads) {
  auto slots = need(evolve::Slots::start(threads, {}));
  std::vector<evolve::Slots::Lease> leases;
  for (unsigned i = 0; i < threads; ++i) leases.push_back(slots->take());
  on_threads(threads, [&](unsigned i) { warm_up(*leases[i], work); });
  std::vector<std::map<std::string, std::uint64_t>> stages(threads);
  std::atomic<std::size_t> next = 0, done = 0;
  const std::size_t total = kPasses * work.policies.size();
  const auto begin = Clock::now();
  on_threads(threads, [&](unsigned i) {
    for (std::size_t at; (at = next++) < total; ++done)
      for (const auto& [stage, ns] : need(evolve::examine(*leases[i], *work.problem, instances, work.policies[at % work.policies.size()], {})).stage_ns)
        stages[i][stage] += ns;
  });
  Pass pass{std::chrono::duration<double>(Clock::now() - begin).count(), static_cast<double>(done), {}, {}};
  for (std::size_t s = 0; s < kStageCount; ++s)
    for (auto& of_thread : stages) pass.wall_ms[s] += static_cast<double>(of_thread[kStages[s]]) / 1e6;
  return pass;
}

/// Processor time by stage. Asking for it costs some tenths of a millisecond, so this pass is apart from those of the rates.
Pass by_processor(const Workload& work, const evolve::TrainInstances& instances) {
  auto slots = need(evolve::Slots::start(1, {}));
  auto slot = slots->take();
  warm_up(*slot, work);
  Pass pass;
  auto lap = [&](std::size_t stage, auto&& call) {
    Stopwatch watch;
    auto result = need(call());
    const Lap took = watch.lap();
    pass.wall_ms[stage] += took.wall, pass.cpu_ms[stage] += took.cpu;
    return result;
  };
  for (const Source& source : work.policies) {
    auto screened = lap(0, [&] { return slot->toolchain->screen(work.task.contract, source); });
    auto compiled = lap(1, [&] { return slot->toolchain->compile({work.task.contract, *screened, work.problem->driver, verify::Effort::quick}); });
    if (!compiled) stop("a policy does not compile twice: " + compiled.error().detail);
    auto ran = lap(2, [&] { return slot->jail->run(instances[0]->request(compiled->binary, std::nullopt)); });
    if (ran.outcome.kind != OutcomeKind::ok) continue;
    lap(3, [&] { return Result<bool>(instances[0]->score(ran.output).has_value()); });
    ++pass.candidates;
  }
  return pass;
}

/// Rounds of arithmetic that stays in registers, in millions, in a process kept to `processor`; at most `seconds`.
double spun(int processor, double seconds) {
  return in_a_process({processor}, [&] {
           Pass pass;
           std::uint64_t state = 1, rounds = 0;
           for (const auto begin = Clock::now(); std::chrono::duration<double>(Clock::now() - begin).count() < seconds; rounds += 10'000)
             for (int i = 0; i < 10'000; ++i) {
               state = state * 6364136223846793005u + 1442695040888963407u;
               asm volatile("" : "+r"(state));
             }
           pass.candidates = static_cast<double>(rounds) / 1e6;
           return pass;
         }).candidates;
}

double spun_on(const std::vector<int>& processors) {
  std::vector<double> counts(processors.size());
  on_threads(static_cast<unsigned>(processors.size()), [&](unsigned i) { counts[i] = spun(processors[i], 1.0); });
  double sum = 0;
  for (double count : counts) sum += count;
  return sum;
}

void print_stages(Report& report, const std::string& name, const double (&of_stage)[kStageCount], double candidates) {
  double sum = 0;
  for (double each : of_stage) sum += each;
  std::string words;
  for (std::size_t s = 0; s < kStageCount; ++s) {
    char part[96];
    std::snprintf(part, sizeof part, "%s%s %.2f ms (%.1f %%)", s ? ", " : "", kStages[s], of_stage[s] / candidates, 100 * of_stage[s] / sum);
    words += part;
  }
  report.text(name, words);
}

struct Rates {
  Samples one, two, ratio, spin_ratio;
};

Rates measure(Report& report, const Workload& work, const evolve::TrainInstances& instances, const std::vector<int>& first_two) {
  Rates rates;
  for (int round = 0; round < kRounds; ++round) {
    const double one_spin = spun_on({first_two[0]}), two_spin = spun_on(first_two);
    const Pass one = in_a_process({first_two[0]}, [&] { return whole_loop(work, instances, 1); });
    const Pass two = in_a_process(first_two, [&] { return whole_loop(work, instances, 2); });
    rates.one.add(one.candidates / one.seconds), rates.two.add(two.candidates / two.seconds);
    rates.ratio.add(two.candidates / two.seconds / (one.candidates / one.seconds)), rates.spin_ratio.add(two_spin / one_spin);
    char words[120];
    std::snprintf(words, sizeof words, "1 core %.1f/s, 2 cores %.1f/s, ratio %.2f; a spinning loop %.2f", one.candidates / one.seconds,
                  two.candidates / two.seconds, two.candidates / two.seconds / (one.candidates / one.seconds), two_spin / one_spin);
    report.text("round " + std::to_string(round + 1), words);
    if (round + 1 < kRounds) continue;
    print_stages(report, "wall a candidate, 1 core", one.wall_ms, one.candidates);
    print_stages(report, "wall a candidate, 2 cores, of a thread", two.wall_ms, two.candidates);
  }
  return rates;
}

}  // namespace

void cores_section(Report& report, const SandboxOptions&) {
  report.section("cores", "screen, compile, run, replay of " + std::to_string(kMutants) + " mutants and the baselines on a trace of 100,000 requests, without duplicates left out");
  const auto processors = usable_processors();
  if (processors.size() < 2) return report.text("two cores", "left out: this process may use one processor only");
  std::string pattern = (fs::temp_directory_path() / "sandbox_bench_XXXXXX").string();
  const fs::path scratch = ::mkdtemp(pattern.data());
  auto work = [] {
    auto toolchain = need(verify::Toolchain::start());
    return load_workload(*toolchain, kMutants, 2);
  }();
  const auto instances = synthetic_instance(*work, scratch, kRequests);
  fs::remove_all(scratch);
  const std::vector<int> first_two(processors.begin(), processors.begin() + 2);
  const Rates rates = measure(report, *work, instances, first_two);
  const Pass stages = in_a_process({first_two[0]}, [&] { return by_processor(*work, instances); });
  print_stages(report, "processors a candidate, 1 core", stages.cpu_ms, stages.candidates);
  report.value("candidates a second, 1 core (median)", rates.one.at(0.5), "/s");
  report.value("candidates a second, 2 cores (median)", rates.two.at(0.5), "/s");
  report.value("a spinning loop, 2 cores / 1 (median)", rates.spin_ratio.at(0.5), "x");
  report.at_least("2 cores / 1 core (median)", rates.ratio.at(0.5), 1.8, "x");
  report.at_least("candidates a second, 2 cores", rates.two.at(0.5), 60, "/s");
}

}  // namespace assay::bench
