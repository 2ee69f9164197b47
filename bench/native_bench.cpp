// Requests per second of the native reference algorithms, beside a floor loop that reads the trace and touches one array
// cell per request.
//
//   native_bench [--trace FILE] [--share 0.01] [--runs 5] [--unit objects|bytes] [--requests N] [--objects N] [name ...]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "evaluators/cache/native/native.h"
#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_read.h"

namespace {

using namespace assay::evaluators::cache;

struct Options {
  std::string trace;
  CapacitySpec capacity{.unit = Unit::objects, .amount = std::nullopt, .share = 0.01};
  int runs = 5;
  std::uint64_t requests = 10'000'000;
  std::uint32_t objects = 1'000'000;
  std::vector<std::string> names;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "native_bench: %s\n", why.c_str());
  std::exit(2);
}

Options options_of(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (!word.starts_with("--")) {
      o.names.push_back(word);
      continue;
    }
    if (++i == argc) stop(word + " wants a value");
    if (word == "--trace") o.trace = argv[i];
    else if (word == "--share") o.capacity.share = std::atof(argv[i]);
    else if (word == "--runs") o.runs = std::max(1, std::atoi(argv[i]));
    else if (word == "--requests") o.requests = std::strtoull(argv[i], nullptr, 10);
    else if (word == "--objects") o.objects = static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10));
    else if (word == "--unit") o.capacity.unit = unit_named(argv[i]).value_or(Unit::objects);
    else stop("unknown option " + word);
  }
  if (o.names.empty())
    for (auto name : native_names()) o.names.emplace_back(name);
  return o;
}

/// Of this thread, on the processor: other work on the machine disturbs it less than the clock on the wall.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Median CPU seconds of `runs` calls.
template <class Work>
double median_seconds(int runs, Work work) {
  std::vector<double> seconds;
  for (int i = 0; i < runs; ++i) {
    double start = cpu_seconds();
    work();
    seconds.push_back(cpu_seconds() - start);
  }
  std::nth_element(seconds.begin(), seconds.begin() + runs / 2, seconds.end());
  return seconds[static_cast<std::size_t>(runs / 2)];
}

void floor_loop(const Trace& trace, std::vector<std::uint32_t>& cells) {
  const std::uint32_t* ids = trace.ids.data();
  const std::size_t n = trace.ids.size();
  for (std::size_t i = 0; i < n; ++i) {
    __builtin_prefetch(&cells[ids[i + 16 < n ? i + 16 : i]], 1);
    ++cells[ids[i]];
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options = options_of(argc, argv);
  Trace trace;
  if (options.trace.empty()) {
    trace = zipf_trace(options.requests, options.objects, 1.0, 42);
  } else {
    auto loaded = load_trace(options.trace);
    if (!loaded) stop(loaded.error().what);
    trace = std::move(*loaded);
  }
  auto capacity = resolve(options.capacity, trace);
  if (!capacity) stop(capacity.error().what);
  double millions = static_cast<double>(trace.requests()) / 1e6;
  std::printf("%s: %.2f M requests, %u objects, capacity %llu %s, median CPU time of %d\n",
              options.trace.empty() ? "zipf 1.0" : options.trace.c_str(), millions, trace.objects(),
              static_cast<unsigned long long>(*capacity), std::string(name_of(options.capacity.unit)).c_str(), options.runs);
  std::vector<std::uint32_t> cells(trace.objects());
  double floor = median_seconds(options.runs, [&] { floor_loop(trace, cells); });
  std::printf("%-12s %10s %10s %10s\n", "policy", "M req/s", "x floor", "miss ratio");
  std::printf("%-12s %10.1f %10.2f\n", "floor", millions / floor, 1.0);
  for (const auto& name : options.names) {
    Counts counts;
    double seconds = median_seconds(options.runs, [&] {
      auto run = run_native(name, trace, *capacity, options.capacity.unit);
      if (!run) stop(run.error().what);
      counts = *run;
    });
    std::printf("%-12s %10.1f %10.2f %10.4f\n", name.c_str(), millions / seconds, seconds / floor, counts.miss_ratio());
  }
}
