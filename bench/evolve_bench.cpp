// What the loop itself costs: iterations with a model and an evaluator that take no time, on a small archive and on a large one,
// memory by candidates, and many slow completions at once.
//
// `evolve_bench [candidates]` (default 101,000). Candidates are those of a task in a folder of its own; screening, compiling and
// running are left out (SearchContext::examiner), and all else is as in a campaign: strategy, prompt, archive, population.

#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "evolve/providers/http.h"
#include "evolve/search.h"
#include "tests/evolve/rude_server.h"

namespace {

namespace fs = std::filesystem;
using namespace assay;
using namespace assay::evolve;
using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "evolve_bench: %s\n", why.c_str());
  std::exit(2);
}
template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

/// "VmRSS", "Threads": a line of /proc/self/status.
std::uint64_t status_of(const std::string& key) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key + ":")) return std::strtoull(line.c_str() + key.size() + 1, nullptr, 10);
  return 0;
}

/// Another policy text each time, of the length of a real one.
std::string text_of(std::uint64_t index) {
  std::string text = "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return " + std::to_string(index) + "; }\n";
  for (int line = 0; line < 12; ++line) text += "// " + std::to_string(index * 31 + static_cast<std::uint64_t>(line) * 7919) + " a line of a policy of usual length, as a model writes it\n";
  return text;
}

class InstantModel final : public Provider {
 public:
  explicit InstantModel(bool prompted) : prompted_(prompted) {}
  bool reads_prompts() const override { return prompted_; }
  double worst_usd(const Proposal&) const override { return prompted_ ? 0.001 : 0; }
  Result<Completion> complete(const Proposal& proposal) override {
    Completion completion;
    completion.text = text_of(proposal.index);
    if (prompted_) completion.raw = "```cpp\n" + completion.text + "```\n", completion.usd = 0.001, completion.tokens_in = 2000, completion.tokens_out = 500;
    return completion;
  }

 private:
  bool prompted_;
};

struct Row {
  double wall_ms = 0, cpu_ms = 0;
};

double cpu_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Wall and processor time at certain numbers of commits.
class Marks {
 public:
  void at(std::uint64_t candidates) {
    const auto found = std::ranges::find(wanted, candidates);
    if (found != wanted.end()) marks_[candidates] = {std::chrono::duration<double, std::milli>(Clock::now() - start_).count(), cpu_ms(), status_of("VmRSS")};
  }
  Row between(std::uint64_t from, std::uint64_t to) const {
    const Mark &a = marks_.at(from), &b = marks_.at(to);
    const double n = static_cast<double>(to - from);
    return {(b.wall_ms - a.wall_ms) / n, (b.cpu_ms - a.cpu_ms) / n};
  }
  double bytes_each(std::uint64_t from, std::uint64_t to) const {
    return (static_cast<double>(marks_.at(to).rss_kib) - static_cast<double>(marks_.at(from).rss_kib)) * 1024 / static_cast<double>(to - from);
  }
  std::vector<std::uint64_t> wanted;

 private:
  struct Mark {
    double wall_ms, cpu_ms;
    std::uint64_t rss_kib;
  };
  Clock::time_point start_ = Clock::now();
  std::map<std::uint64_t, Mark> marks_;
};

struct Bench {
  const tasks::Task& task;
  const Problem& problem;
  Slots& slots;
  std::shared_ptr<const Material> material;

  void run(const fs::path& out, bool prompted, std::uint64_t candidates) const {
    InstantModel model(prompted);
    auto archive = need(Archive::create(out));
    const TrainInstances train;
    const ValidationInstances validation;
    Budget budget;
    budget.candidates = candidates;
    Marks marks;
    const std::uint64_t last = candidates, large = candidates > 100000 ? 100000 : candidates / 2;
    marks.wanted = {100, 1100, large, last};
    Meter meter(budget, task.direction, {}, {});
    SearchSettings settings;
    auto strategy = need(make_strategy("islands", {settings.strategies, {}}));
    SearchContext context{problem, settings, budget, 1, "bench", model, *strategy, slots, *archive, meter, train, validation, nullptr, {}};
    std::uint64_t count = 0;  // on one thread, so in order
    context.examiner = [&](Slot&, const Problem&, const TrainInstances&, const Source& source, const Background&) -> Result<Examined> {
      marks.at(count++);
      return examined(source);
    };
    Search search(context);
    if (auto done = search.restore(); !done) stop(done.error().what);
    tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    tbb::task_arena arena(1);
    if (auto done = arena.execute([&] { return search.run(); }); !done) stop(done.error().what);
    marks.at(count);
    archive.reset();  // what is in the write-ahead log goes into the file
    const Row small = marks.between(100, 1100), big = marks.between(large, last);
    std::printf("%-26s at %6llu: %.3f ms wall, %.3f ms processor;  at %6llu: %.3f ms wall, %.3f ms processor\n", prompted ? "model with prompts, paid" : "no prompts (as mutate)", 100ull,
                small.wall_ms, small.cpu_ms, static_cast<unsigned long long>(large), big.wall_ms, big.cpu_ms);
    std::printf("%-26s memory %.0f bytes a candidate (%.1f MB for 100,000), file %.0f bytes a candidate\n", "", marks.bytes_each(1100, last), marks.bytes_each(1100, last) / 10,
                static_cast<double>(fs::file_size(out / "archive.sqlite")) / static_cast<double>(last));
  }

  /// As if it had been screened, compiled and run: one in three is a duplicate or has failed.
  Result<Examined> examined(const Source& source) const {
    Examined result;
    const Digest digest = sha256(source.text);
    std::uint64_t chance = 0;
    for (int i = 0; i < 8; ++i) chance = chance << 8 | digest.bytes[static_cast<std::size_t>(i)];
    if (chance % 8 == 0) {
      result.outcome = {OutcomeKind::refused, "a rule of the language was broken", {{1, 5, "this is not allowed here"}}};
      return result;
    }
    result.ast = digest;
    result.ir = sha256(std::string_view(reinterpret_cast<const char*>(digest.bytes.data()), 32));
    result.behaviour = result.ir;
    result.emitted = source.text;
    result.size = 60 + chance % 40;
    for (const char* name : {"day1", "day2", "day3"}) result.train.push_back({name, 0.3 + static_cast<double>(chance % 1000003) / 2e6, {{"misses", 31000.0}, {"requests", 100000.0}}});
    result.fitness = result.train[0].objective;
    result.confirmed = true;
    result.material = material;
    result.stage_ns = {{"screen", 4000000}, {"compile", 6000000}, {"run", 9000000}, {"replay", 8000000}};
    return result;
  }
};

/// 256 streams that drip, on one thread of ours beside this one.
void slow_completions() {
  constexpr std::size_t kCalls = 256;
  RudeServer server({{{event_head(), "data: a\n\n", "data: b\n\n", "data: c\n\n"}, Act::End::close, std::chrono::milliseconds(100), false, kCalls}});
  const std::uint64_t before = status_of("Threads");
  HttpLoop loop;
  const std::uint64_t threads = status_of("Threads") - before;
  std::set<std::thread::id> called;  // from where `done` was
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t whole = 0, ended = 0;
  const auto start = Clock::now();
  const double cpu = cpu_ms();
  for (std::size_t i = 0; i < kCalls; ++i) {
    HttpRequest request{.url = server.url(), .body = "x"};
    request.on_stream = [](std::string_view) { return true; };
    loop.start(std::move(request), {}, [&](HttpReply reply) {
      std::lock_guard guard(mutex);
      whole += reply.failure.empty();
      called.insert(std::this_thread::get_id());
      ++ended;
      changed.notify_all();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return ended == kCalls; });
  std::printf("%-26s %zu of %zu whole in %.2f s (each drips for 0.2 s), %.0f ms processor with the server's; threads of the client: %llu, that ended calls: %zu\n", "slow completions at once",
              whole, kCalls, std::chrono::duration<double>(Clock::now() - start).count(), cpu_ms() - cpu, static_cast<unsigned long long>(threads), called.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t candidates = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 101000;
  if (candidates < 2200) stop("at least 2,200 candidates are needed");
  const auto task = need(tasks::load_task(fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues"));
  const auto problem = need(Problem::of(task));
  auto slots = need(Slots::start(1, {}));
  auto slot = slots->take();
  auto screened = need(slot->toolchain->screen(task.contract, Source{task.baselines[0].text}));
  if (!screened) stop("a baseline was refused");
  auto material = std::make_shared<const Material>(Material{screened->policy(), {0.4, 0.4, 0.4}});
  { auto back = std::move(slot); }
  std::string pattern = (fs::temp_directory_path() / "assay-evolve-bench-XXXXXX").string();
  const fs::path folder = ::mkdtemp(pattern.data());
  const Bench bench{task, problem, *slots, material};
  bench.run(folder / "plain", false, candidates);
  bench.run(folder / "prompted", true, candidates);
  fs::remove_all(folder);
  slow_completions();
  return 0;
}
