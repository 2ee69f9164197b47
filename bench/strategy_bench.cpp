// What a strategy costs per candidate, at 100 and at 100,000 commits: to be shown one, and to choose. And what it costs to show it
// a log of that length again (`observe` alone; reading the log is archive_bench's).
//
//   strategy_bench [candidates] [instances] [own]
//
// `own`: how much of a loss is the instance's own, the rest is common to all of a candidate's. At 1 losses are independent, which
// makes the largest Pareto front there is.

#include <ctime>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "evolve/strategy.h"

namespace {

using namespace assay::evolve;

constexpr assay::evaluators::Descriptor kDescriptors[] = {{"a", 0, 1, false}, {"b", 0.125, 8, true}, {"c", 0, 1, false}};

Commit commit_of(std::uint64_t index, std::size_t instances, double own, const Choice& choice) {
  Random random(3, index);
  Commit commit;
  commit.summary.index = index;
  commit.summary.is_seed = index < 3;
  commit.summary.island = choice.island;
  commit.summary.size = 20 + random.below(100);
  commit.traits.strategy = choice.strategy;
  if (!choice.parents.empty()) commit.traits.parent = choice.parents[0].index;
  if (random.chance(0.2)) return commit;
  const double common = random.unit();
  double sum = 0;
  for (std::size_t i = 0; i < instances; ++i) sum += commit.traits.losses.emplace_back(own * random.unit() + (1 - own) * common);
  commit.summary.fitness = sum / static_cast<double>(instances);
  commit.traits.descriptors = {random.unit(), std::exp2(random.unit() * 6 - 3), random.unit()};
  return commit;
}

/// Processor time, so that other work on the machine does not count.
double microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void report(const char* name, std::uint64_t at, std::vector<double>& spent) {
  std::ranges::sort(spent);
  std::printf("%-12s at %7llu  observe + choose: p50 %8.2f us  p99 %8.2f us\n", name, static_cast<unsigned long long>(at),
              spent[spent.size() / 2], spent[spent.size() * 99 / 100]);
  spent.clear();
}

void measure(std::string_view name, std::uint64_t candidates, std::size_t instances, double own) {
  const StrategySettings settings;
  auto strategy = make_strategy(name, {settings, kDescriptors});
  if (!strategy) return (void)std::printf("%s\n", strategy.error().what.c_str());
  Population population({});
  std::vector<Commit> log;
  std::vector<double> spent;
  for (std::uint64_t i = 0; i < candidates; ++i) {
    Random random(1, i);
    const double before = microseconds();
    const Choice choice = (*strategy)->choose(population, i, random);
    const double chosen = microseconds() - before;
    log.push_back(commit_of(i, instances, own, choice));
    population.apply(log.back());
    const double start = microseconds();
    (*strategy)->observe(log.back());
    spent.push_back(chosen + microseconds() - start);
    if (i == 99 || i == 999) report(name.data(), i + 1, spent);
    if (i + 1001 == candidates) spent.clear();
  }
  report(name.data(), candidates, spent);
  auto again = make_strategy(name, {settings, kDescriptors});
  const double start = microseconds();
  for (const Commit& commit : log) (*again)->observe(commit);
  std::printf("%-12s shown %llu again: %.3f s\n", name.data(), static_cast<unsigned long long>(candidates), (microseconds() - start) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t candidates = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000;
  const std::size_t instances = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 9;
  const double own = argc > 3 ? std::strtod(argv[3], nullptr) : 0.3;
  for (const StrategyEntry& entry : strategies()) measure(entry.name, candidates, instances, own);
}
