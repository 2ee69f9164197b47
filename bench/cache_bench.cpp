// Requests per second of one core over one trace: native references, the same algorithms as policies of both contracts
// with their drivers, and the trusted replay of their decisions. Every figure also as a ratio to a floor loop that
// reads the trace and touches one array cell per request.
//
//   cache_bench [--trace FILE] [--requests N] [--objects N] [--share S]... [--rounds N]
//
// Processor time, the best of the rounds; policies are built by the system's Clang (tests/evaluators/native_policy.h),
// with only the features kept up that the policy reads.

#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "evaluators/cache/native/native.h"
#include "evaluators/cache/scorer.h"
#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_read.h"
#include "tests/evaluators/native_policy.h"

namespace assay::evaluators::cache {
namespace {

struct Options {
  std::string trace;
  std::uint64_t requests = 10'000'000;
  std::uint32_t objects = 1'000'000;
  std::vector<double> shares;
  int rounds = 3;
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double best_seconds(int rounds, const std::function<void()>& work) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

/// Reads each request and counts it in a cell of its object.
double floor_seconds(const Trace& trace, int rounds) {
  std::vector<std::uint32_t> cells(trace.objects());
  const double seconds = best_seconds(rounds, [&] {
    const std::uint32_t* ids = trace.ids.data();
    const std::size_t n = trace.ids.size();
    for (std::size_t i = 0; i < n; ++i) {
      __builtin_prefetch(&cells[ids[i + 16 < n ? i + 16 : i]], 1);
      ++cells[ids[i]];
    }
  });
  if (cells[0] == 0) std::puts("");
  return seconds;
}

/// The parts of a jailed run that repeat: image and pages are made once, memory is fresh each round.
class Prepared {
 public:
  Prepared(const NativePolicy& policy, const Trace& trace, std::uint64_t capacity, Unit unit)
      : policy_(policy), image_(image_of(trace)), input_(image_.size()), output_(trace.requests() * 4),
        arguments_{capacity, unit == Unit::bytes ? 1u : 0u, ~0ull, ~0ull},
        arena_bytes_(policy.arena_bytes(trace, capacity, unit)) {
    std::memcpy(input_.data(), image_.data(), image_.size());
  }
  u64 run() const {
    const Pages arena(arena_bytes_);
    const AssayRun run{input_.data(), image_.size(), reinterpret_cast<const unsigned char*>(&arguments_),
                       sizeof(arguments_), arena.data(), arena.size(), output_.data(), output_.size()};
    return policy_.entry()(&run);
  }
  std::span<const std::byte> output(u64 bytes) const { return {reinterpret_cast<const std::byte*>(output_.data()), bytes}; }

 private:
  const NativePolicy& policy_;
  std::string image_;
  Pages input_, output_;
  assay_driver::CacheArguments arguments_;
  std::size_t arena_bytes_;
};

class Bench {
 public:
  Bench(const Trace& trace, const Options& options)
      : trace_(trace), options_(options), floor_(floor_seconds(trace, options.rounds)) {
    std::printf("%llu requests, %u objects; floor %.0f M requests/s\n",
                static_cast<unsigned long long>(trace.requests()), trace.objects(), million(floor_));
    std::printf("%-7s %-8s %-9s %10s %9s %10s %8s %8s\n", "share", "policy", "form", "M req/s", "x floor", "x native",
                "replay/run", "misses");
  }

  void share(double share) {
    CapacitySpec spec{Unit::objects, std::nullopt, share};
    capacity_ = *resolve(spec, trace_);
    share_ = share;
    std::map<std::string, double> natives;
    for (const std::string name : {"fifo", "lru", "sieve", "s3fifo"}) natives[name] = native(name);
    for (const auto& [name, seconds] : natives) policy("web_cache_queues", "queues", name, reads_of_queues(name), seconds);
    for (const std::string name : {"fifo", "lru", "lfu", "gdsf"})
      policy("web_cache", "priority", name, reads_of_priority(name), natives.contains(name) ? natives[name] : 0);
  }

 private:
  double million(double seconds) const { return static_cast<double>(trace_.requests()) / seconds / 1e6; }

  // What the baselines read, told by hand; with the Toolchain it comes from the syntax tree.
  static std::vector<std::string> reads_of_queues(const std::string& name) {
    if (name == "sieve") return {"Queues.length"};
    if (name == "s3fifo") return {"Object.queue", "Ghost.known", "Queues.bytes", "Queues.capacity"};
    return {};
  }
  static std::vector<std::string> reads_of_priority(const std::string& name) {
    if (name == "fifo") return {"Object.inserted"};
    if (name == "lru") return {"Object.last_access", "Cache.now"};
    if (name == "lfu") return {"Object.hits"};
    return {"Object.hits", "Object.size", "Cache.last_evicted_priority"};
  }

  double native(const std::string& name) {
    Counts counts;
    const double seconds =
        best_seconds(options_.rounds, [&] { counts = *run_native(name, trace_, capacity_, Unit::objects); });
    row(name, "native", seconds, 0, 0, counts.misses);
    return seconds;
  }

  void policy(const std::string& task, const std::string& form, const std::string& name,
              const std::vector<std::string>& reads, double native_seconds) {
    const NativePolicy built(contract_of(task), baseline_text(task, name), {.reads = reads});
    const Prepared prepared(built, trace_, capacity_, Unit::objects);
    u64 written = 0;
    const double run = best_seconds(options_.rounds, [&] { written = prepared.run(); });
    if (written >= kAssayBrokeContract) return (void)std::printf("%s: ended with code %llx\n", name.c_str(), written);
    Attempt<Counts> counts;
    const double replay = best_seconds(options_.rounds, [&] {
      counts = replay_decisions(trace_, capacity_, Unit::objects, prepared.output(written));
    });
    if (!counts) return (void)std::printf("%s: %s\n", name.c_str(), counts.error().detail.c_str());
    row(name, form, run, native_seconds, replay, counts->misses);
  }

  void row(const std::string& name, const std::string& form, double seconds, double native, double replay,
           std::uint64_t misses) const {
    std::printf("%-7g %-8s %-9s %10.1f %9.2f", share_, name.c_str(), form.c_str(), million(seconds), seconds / floor_);
    native > 0 ? std::printf(" %10.2f", seconds / native) : std::printf(" %10s", "");
    replay > 0 ? std::printf(" %10.2f", replay / seconds) : std::printf(" %10s", "");
    std::printf(" %8.4f\n", static_cast<double>(misses) / static_cast<double>(trace_.requests()));
    std::fflush(stdout);
  }

  const Trace& trace_;
  const Options& options_;
  double floor_;
  double share_ = 0;
  std::uint64_t capacity_ = 1;
};

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string key = words[i];
    if (key == "--trace") options.trace = words[i + 1];
    else if (key == "--requests") options.requests = std::strtoull(words[i + 1], nullptr, 10);
    else if (key == "--objects") options.objects = static_cast<std::uint32_t>(std::strtoul(words[i + 1], nullptr, 10));
    else if (key == "--share") options.shares.push_back(std::strtod(words[i + 1], nullptr));
    else if (key == "--rounds") options.rounds = std::atoi(words[i + 1]);
    else std::fprintf(stderr, "unknown option %s\n", key.c_str()), std::exit(2);
  }
  if (options.shares.empty()) options.shares = {0.01, 0.1};
  return options;
}

}  // namespace

int run(int count, char** words) {
  const Options options = parse(count, words);
  auto trace = options.trace.empty() ? Result<Trace>(zipf_trace(options.requests, options.objects, 1.0, 7)) : read_trace(options.trace);
  if (!trace) return std::fprintf(stderr, "%s\n", trace.error().what.c_str()), 2;
  Bench bench(*trace, options);
  for (double share : options.shares) bench.share(share);
  return 0;
}

}  // namespace assay::evaluators::cache

int main(int count, char** words) { return assay::evaluators::cache::run(count, words); }
