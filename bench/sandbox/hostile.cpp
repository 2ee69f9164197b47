#include "bench/sandbox/hostile.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/file.h"
#include "bench/sandbox/machine.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;
using sandbox::RunJail;

constexpr double kMayBeLateMs = 100;
constexpr int kMemoryPoints = 50;

/// A jail with the process that its candidates come from.
struct Cell {
  std::unique_ptr<RunJail> jail;
  pid_t zygote = -1;
};

std::vector<Cell> start_cells(unsigned count, const std::vector<std::string>& without) {
  std::vector<Cell> cells;
  std::set<pid_t> known;
  for (unsigned i = 0; i < count; ++i) {
    Cell cell{start_jail(without)};
    for (pid_t pid : children_named("assay-zygote"))
      if (known.insert(pid).second) cell.zygote = pid;
    if (cell.zygote < 0) stop("a jail started without a zygote");
    cells.push_back(std::move(cell));
  }
  return cells;
}

double milliseconds_after(Clock::time_point deadline) { return std::chrono::duration<double, std::milli>(Clock::now() - deadline).count(); }

class Load {
 public:
  explicit Load(const LoadOptions& options) : options_(options), weak_(!options.without.empty()) {
    for (const auto& hostile : hostile_images()) images_.push_back(image(hostile.image));
    const auto count = static_cast<std::size_t>(options.candidates);
    for (Samples* samples : {&result_.reported, &result_.gone, &result_.ended_early}) samples->make_room(count);
    result_.overslept.make_room(50 * count);  // one a millisecond
    result_.memory.assign(2 * kMemoryPoints, {});
    result_.memory.clear();
  }

  LoadResult run() {
    result_.descriptors_before = open_descriptors();
    auto cells = start_cells(options_.at_a_time, options_.without);
    std::set<std::uint64_t> namespaces;
    for (const auto& cell : cells) namespaces.insert(pid_namespace_of(cell.zygote));
    {
      std::jthread sleeper([&](std::stop_token done) { sleep_and_wake(done); });
      std::vector<std::jthread> threads;
      for (auto& cell : cells) threads.emplace_back([&] { work(cell, cells); });
    }  // the workers end first, then the sleeper
    cells.clear();
    result_.orphans = processes_in(namespaces);
    result_.children_left = ::waitpid(-1, nullptr, WNOHANG | __WALL) >= 0 || errno != ECHILD;
    result_.descriptors_after = open_descriptors();
    return std::move(result_);
  }

 private:
  void work(Cell& cell, const std::vector<Cell>& cells) {
    for (int number; (number = next_++) < options_.candidates;) {
      one(cell, static_cast<std::size_t>(number) % images_.size());
      if (number % std::max(1, options_.candidates / kMemoryPoints) == 0) note_memory(number, cells);
    }
  }

  void sleep_and_wake(const std::stop_token& done) {
    while (!done.stop_requested()) {
      const auto wake = Clock::now() + std::chrono::milliseconds(1);
      std::this_thread::sleep_until(wake);
      result_.overslept.add(milliseconds_after(wake));
    }
  }

  void one(Cell& cell, std::size_t kind) {
    const auto begin = Clock::now(), deadline = begin + options_.deadline;
    auto report = need(cell.jail->run({.binary = images_[kind], .arena_bytes = 32u << 20, .output_bytes = 1u << 16, .deadline = options_.deadline}));
    const double reported = milliseconds_after(deadline), whole = milliseconds_after(begin);
    // Orphans are handed to the zygote, process 1 of their namespace: without children, it has no descendants.
    const bool clean = children_of(cell.zygote).empty();
    double gone = reported;
    if (!clean) {
      while (!children_of(cell.zygote).empty()) std::this_thread::sleep_for(std::chrono::microseconds(200));
      gone = milliseconds_after(deadline);
    }
    std::lock_guard guard(mutex_);
    note(kind, report.outcome);
    result_.left_after_report += !clean;
    result_.late += gone > kMayBeLateMs;
    if (report.outcome.kind == OutcomeKind::timeout) result_.reported.add(reported), result_.gone.add(gone);
    else result_.ended_early.add(whole);
  }

  void note(std::size_t kind, const Outcome& outcome) {
    const auto& hostile = hostile_images()[kind];
    const OutcomeKind expected = weak_ ? OutcomeKind::timeout : hostile.jailed;
    if (outcome.kind == expected) return;
    if (result_.wrong_outcomes++ == 0)
      result_.first_wrong = hostile.image + ": " + std::string(name_of(outcome.kind)) + " (" + outcome.detail + ")";
  }

  void note_memory(int number, const std::vector<Cell>& cells) {
    MemoryPoint point{static_cast<double>(number), static_cast<double>(resident_bytes()), 0};
    for (const auto& cell : cells) point.zygote_bytes += static_cast<double>(resident_bytes(cell.zygote));
    std::lock_guard guard(mutex_);
    result_.memory.push_back(point);
  }

  const LoadOptions& options_;
  const bool weak_;
  std::vector<Binary> images_;
  std::atomic<int> next_ = 0;
  std::mutex mutex_;
  LoadResult result_;
};

}  // namespace

const std::vector<Hostile>& hostile_images() {
  static const std::vector<Hostile> all = {{"infinite_loop", OutcomeKind::timeout},
                                           {"spin_ignoring_signals", OutcomeKind::syscall_denied},
                                           {"fill_and_spin", OutcomeKind::timeout},
                                           {"fork_storm", OutcomeKind::syscall_denied},
                                           {"grow_memory", OutcomeKind::syscall_denied}};
  return all;
}

LoadResult run_load(const LoadOptions& options) { return Load(options).run(); }

double slope(const std::vector<MemoryPoint>& points, double MemoryPoint::*bytes) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = points.size() / 2; i < points.size(); ++i) {
    const double x = points[i].candidates, y = points[i].*bytes;
    n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  const double spread = n * sxx - sx * sx;
  return spread == 0 ? 0 : (n * sxy - sx * sy) / spread;
}

void hold(unsigned at_a_time, const std::vector<std::string>& without) {
  auto cells = start_cells(at_a_time, without);
  std::vector<Binary> images;
  for (const auto& hostile : hostile_images())
    if (!without.empty() || hostile.jailed == OutcomeKind::timeout) images.push_back(image(hostile.image));
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < at_a_time; ++i)
    threads.emplace_back([&, i] {
      (void)cells[i].jail->run({.binary = images[i % images.size()], .arena_bytes = 32u << 20, .output_bytes = 1u << 16, .deadline = std::chrono::hours(1)});
      stop("a candidate that never ends has ended");
    });
  for (const auto& cell : cells)
    while (children_of(cell.zygote).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::printf("ready\n");
  std::fflush(stdout);
  for (;;) ::pause();
}

}  // namespace assay::bench
