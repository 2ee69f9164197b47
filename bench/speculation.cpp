// What proofs in the loop cost and give: (a) at the end only, (b) each commit waits for its proof, (c) speculative.
//
//   speculation [--task DIR] [--candidates N] [--seeds K] [--first SEED] [--latency MS]... [--threads T] [--lag L] [--window W] [--select elites|leaders] [--instances N]
//
// The same task, seeds and number of candidates in each. The provider is `mutate`, which is instant, behind a delay for each
// completion, as many of them open at once as the window holds: what a model would make of it. Of each campaign:
//   first    seconds, and candidates committed, until something is in hand that is certified and better on train than every
//            baseline. In (a) nothing is certified before the end, so that is all of it, when its champion is such a one
//   whole    seconds to the end, the champion's full certificate included
//   waited   seconds that commits waited for proofs; saved: that (c) would have waited more, had each waited for its own
// --instances N: the first N of each split. Times go by the clock, so run it on an idle machine; seconds of `first` are read off the progress, 0.1 s apart.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "evolve/campaign.h"
#include "evolve/proofs.h"
#include "evolve/provider.h"
#include "tasks/task.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A provider's answers, each after a while.
class Delayed final : public Provider {
 public:
  Delayed(std::unique_ptr<Provider> inner, std::chrono::milliseconds delay, unsigned open) : inner_(std::move(inner)), delay_(delay), open_(open) {}
  Result<Completion> complete(const Proposal& proposal) override {
    std::this_thread::sleep_for(delay_);
    return inner_->complete(proposal);
  }
  unsigned concurrency() const override { return delay_.count() > 0 ? open_ : 0; }

 private:
  std::unique_ptr<Provider> inner_;
  std::chrono::milliseconds delay_;
  unsigned open_;
};

struct Options {
  fs::path task = fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues";
  std::uint64_t candidates = 80, seeds = 3, first = 1, lag = 16, window = 8, instances = 0;
  std::vector<std::uint64_t> latencies;
  std::string select = "elites";
  unsigned threads = 2;
};

enum class Arm : std::uint8_t { end, blocking, speculative };
constexpr const char* kArms[] = {"(a) end", "(b) blocking", "(c) speculative"};

struct Measured {
  bool found = false;
  double first_seconds = 0, whole_seconds = 0, waited = 0, saved = 0;
  std::uint64_t first_candidates = 0, rolled_back = 0, ahead = 0, proofs = 0;
  std::optional<double> champion;  ///< train loss
};

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().what.c_str());
  std::exit(2);
}

struct Point {
  double seconds;
  std::uint64_t candidates;
};

/// The first candidate that the loop proved and that beats the baselines, with the count at which that counts.
std::optional<std::uint64_t> first_in_loop(const Archive& archive, double bar, std::uint64_t delay) {
  std::optional<std::uint64_t> first;
  auto done = archive.for_each("proof", [&](const Event& event) -> Result<void> {
    const auto candidate = event.body["candidate"].get<std::uint64_t>();
    auto record = must(archive.candidate(candidate));
    if (!first && event.body["verdict"] == "proved" && record->fitness && *record->fitness < bar) first = candidate + delay + 1;
    return {};
  });
  if (!done) std::exit(2);
  return first;
}

Measured measure(const Options& options, Arm arm, std::uint64_t seed, std::uint64_t latency, const fs::path& out) {
  auto task = must(tasks::load_task(options.task));
  std::map<tasks::Split, std::uint64_t> kept;
  if (options.instances > 0)
    std::erase_if(task.instances, [&](const tasks::InstanceSpec& spec) { return kept[spec.split]++ >= options.instances; });
  task.search["window"] = options.window;
  ProofSettings proofs{.lag = options.lag, .leaders_only = options.select == "leaders", .speculate = arm == Arm::speculative};
  if (arm != Arm::end) task.search["proofs"] = {{"lag", proofs.lag}, {"select", options.select}, {"speculate", proofs.speculate}};
  CampaignOptions campaign;
  campaign.out = out;
  campaign.budget.candidates = options.candidates;
  campaign.seed = seed;
  campaign.threads = options.threads;
  campaign.make = [&](const std::string& name, const Json& settings) -> Result<std::unique_ptr<Provider>> {
    auto inner = make_provider(name, settings);
    if (!inner) return inner;
    return std::make_unique<Delayed>(std::move(*inner), std::chrono::milliseconds(latency), static_cast<unsigned>(options.window));
  };
  std::vector<Point> points;
  const auto began = Clock::now();
  auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  auto summary = must(run_campaign(task, campaign, [&](const Progress& progress) { points.push_back({seconds(), progress.candidates}); }, {}));
  Measured measured;
  measured.whole_seconds = seconds();
  auto archive = must(Archive::open_read_only(out));
  double bar = 1e300;
  for (std::uint64_t i = 0; i < task.baselines.size(); ++i)
    if (auto record = must(archive->candidate(i)); record && record->fitness) bar = std::min(bar, *record->fitness);
  if (summary.champion) measured.champion = must(archive->candidate(*summary.champion))->fitness;
  const bool ends_well = measured.champion && *measured.champion < bar;
  std::optional<std::uint64_t> first;
  if (arm != Arm::end) first = first_in_loop(*archive, bar, proofs.delay());
  measured.found = first || ends_well;
  measured.first_candidates = first.value_or(options.candidates);
  measured.first_seconds = measured.whole_seconds;
  if (first)
    for (const Point& point : points)
      if (point.candidates >= *first) {
        measured.first_seconds = point.seconds;
        break;
      }
  if (auto account = must(proof_account(*archive))) {
    measured.waited = std::chrono::duration<double>(account->times.waited).count();
    measured.saved = std::chrono::duration<double>(account->times.saved).count();
    measured.rolled_back = account->rolled_back;
    measured.ahead = account->ahead;
    measured.proofs = account->proved + account->refuted + account->unknown;
  }
  return measured;
}

/// Campaigns fork, so each has a process of its own.
Measured in_process(const Options& options, Arm arm, std::uint64_t seed, std::uint64_t latency, const fs::path& folder) {
  const fs::path file = folder / "measured";
  fs::remove_all(folder / "out");
  const pid_t pid = ::fork();
  if (pid == 0) {
    const Measured m = measure(options, arm, seed, latency, folder / "out");
    std::ofstream(file) << m.found << ' ' << m.first_seconds << ' ' << m.whole_seconds << ' ' << m.waited << ' ' << m.saved << ' '
                        << m.first_candidates << ' ' << m.rolled_back << ' ' << m.ahead << ' ' << m.proofs << ' ' << m.champion.value_or(-1e300);
    std::_Exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0) std::exit(2);
  Measured m;
  double champion = 0;
  std::ifstream(file) >> m.found >> m.first_seconds >> m.whole_seconds >> m.waited >> m.saved >> m.first_candidates >> m.rolled_back >> m.ahead >> m.proofs >> champion;
  if (champion > -1e299) m.champion = champion;
  return m;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void compare(const Options& options, std::uint64_t latency, const fs::path& folder) {
  std::printf("\nlatency %llu ms\n%-16s %4s %8s %6s %8s %8s %8s %7s %6s %6s  %s\n", static_cast<unsigned long long>(latency), "", "seed", "first s",
              "cand.", "whole s", "waited s", "saved s", "proofs", "ahead", "back", "champion's loss on train");
  std::vector<double> first[3], whole[3];
  for (std::uint64_t seed = options.first; seed < options.first + options.seeds; ++seed)
    for (Arm arm : {Arm::end, Arm::blocking, Arm::speculative}) {
      const Measured m = in_process(options, arm, seed, latency, folder);
      const auto which = static_cast<std::size_t>(arm);
      first[which].push_back(m.found ? m.first_seconds : 1e9);
      whole[which].push_back(m.whole_seconds);
      std::printf("%-16s %4llu ", kArms[which], static_cast<unsigned long long>(seed));
      if (m.found) std::printf("%8.1f %6llu ", m.first_seconds, static_cast<unsigned long long>(m.first_candidates));
      else std::printf("%8s %6s ", "never", "-");
      std::printf("%8.1f %8.1f %8.1f %7llu %6llu %6llu  ", m.whole_seconds, m.waited, m.saved, static_cast<unsigned long long>(m.proofs),
                  static_cast<unsigned long long>(m.ahead), static_cast<unsigned long long>(m.rolled_back));
      std::printf(m.champion ? "%.6f\n" : "none\n", m.champion.value_or(0));
      std::fflush(stdout);
    }
  for (auto [what, times] : {std::pair{"first", first}, {"whole", whole}}) {
    const double a = median(times[0]), b = median(times[1]), c = median(times[2]);
    std::printf("median %s: (a) %.1f s, (b) %.1f s, (c) %.1f s; (a)/(c) %.2f, (b)/(c) %.2f\n", what, a, b, c, a / c, b / c);
  }
}

int usage() {
  std::fprintf(stderr, "speculation [--task DIR] [--candidates N] [--seeds K] [--first SEED] [--latency MS]... [--threads T] [--lag L] [--window W] [--select elites|leaders] [--instances N]\n");
  return 2;
}

int main_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) return usage();
    const std::string word = argv[i], value = argv[i + 1];
    const std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (word == "--task") options.task = value;
    else if (word == "--candidates") options.candidates = number;
    else if (word == "--seeds") options.seeds = number;
    else if (word == "--first") options.first = number;
    else if (word == "--latency") options.latencies.push_back(number);
    else if (word == "--threads") options.threads = static_cast<unsigned>(number);
    else if (word == "--lag") options.lag = number;
    else if (word == "--window") options.window = number;
    else if (word == "--select") options.select = value;
    else if (word == "--instances") options.instances = number;
    else return usage();
  }
  if (options.latencies.empty()) options.latencies = {0, 1000};
  if (options.seeds == 0 || options.candidates == 0) return usage();
  std::string pattern = (fs::temp_directory_path() / "assay-speculation-XXXXXX").string();
  const fs::path folder = ::mkdtemp(pattern.data());
  std::printf("%s, %llu candidates, lag %llu, window %llu, select %s, %u threads\n", options.task.filename().c_str(), static_cast<unsigned long long>(options.candidates),
              static_cast<unsigned long long>(options.lag), static_cast<unsigned long long>(options.window), options.select.c_str(), options.threads);
  for (std::uint64_t latency : options.latencies) compare(options, latency, folder);
  fs::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace assay::evolve

int main(int argc, char** argv) { return assay::evolve::main_of(argc, argv); }
