#pragma once
// Times beside each other: by the clock on the wall, and of the processors. The second tells more on a machine that others
// use, too. Work is done in jailed child processes as well (Clang, solvers), so theirs is counted with ours.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace assay::bench {

/// Of this process and of every descendant: Linux keeps it in /proc/<pid>/schedstat, in nanoseconds; of those that have ended
/// their parent has the sum, in hundredths of a second.
class ProcessorClock {
 public:
  /// Milliseconds of this process alone.
  static double own() {
    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    return static_cast<double>(own.tv_sec) * 1e3 + static_cast<double>(own.tv_nsec) / 1e6;
  }
  /// Of the others. Asking costs this process some tenths of a millisecond, which are its own.
  static double of_descendants() {
    double total = 0;
    rusage ended{};
    getrusage(RUSAGE_CHILDREN, &ended);
    total += static_cast<double>(ended.ru_utime.tv_sec + ended.ru_stime.tv_sec) * 1e3 + static_cast<double>(ended.ru_utime.tv_usec + ended.ru_stime.tv_usec) / 1e3;
    for (long child : children(getpid())) total += of_tree(child);
    return total;
  }

 private:
  static std::vector<long> children(long pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
    std::vector<long> out;
    for (long child = 0; file >> child;) out.push_back(child);
    return out;
  }
  static double of_tree(long pid) {
    double nanoseconds = 0;
    std::ifstream("/proc/" + std::to_string(pid) + "/schedstat") >> nanoseconds;
    double total = nanoseconds / 1e6 + of_ended(pid);
    for (long child : children(pid)) total += of_tree(child);
    return total;
  }
  /// Fields 16 and 17 of /proc/<pid>/stat; 2 is a name in parentheses, which may hold anything.
  static double of_ended(long pid) {
    std::string line, state;
    std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/stat"), line);
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    double value = 0, user = 0, system = 0;
    fields >> state;
    for (int field = 4; field < 16; ++field) fields >> value;
    fields >> user >> system;
    return 1e3 * (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
};

struct Lap {
  double wall = 0, cpu = 0;  ///< milliseconds
};

class Stopwatch {
 public:
  Stopwatch() : others_(ProcessorClock::of_descendants()), own_(ProcessorClock::own()), wall_(std::chrono::steady_clock::now()) {}
  Lap lap() const {
    std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - wall_;
    const double own = ProcessorClock::own() - own_;
    return {wall.count(), own + std::max(0.0, ProcessorClock::of_descendants() - others_)};
  }

 private:
  double others_, own_;
  std::chrono::steady_clock::time_point wall_;
};

class Samples {
 public:
  /// So that a watch on this process's own memory does not see the first `count` values come.
  void make_room(std::size_t count) {
    values_.assign(count, 0);
    values_.clear();
  }
  void add(double value) { values_.push_back(value); }
  void add(const Samples& others) { values_.insert(values_.end(), others.values_.begin(), others.values_.end()); }
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  /// The share-th value; 1: the largest. 0 where there is none.
  double at(double share) const {
    if (values_.empty()) return 0;
    std::vector<double> sorted = values_;
    std::ranges::sort(sorted);
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
  }
  double sum() const {
    double out = 0;
    for (double value : values_) out += value;
    return out;
  }

 private:
  std::vector<double> values_;
};

struct Laps {
  Samples wall, cpu;
  void add(const Lap& lap) {
    wall.add(lap.wall);
    cpu.add(lap.cpu);
  }
};

/// The exponent k of the y = c x^k that fits best: the slope of a line through the logarithms, by least squares.
inline double exponent(const std::vector<double>& x, const std::vector<double>& y) {
  double n = static_cast<double>(x.size()), sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    double a = std::log(x[i]), b = std::log(std::max(y[i], 1e-6));
    sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  double spread = n * sxx - sx * sx;
  return spread == 0 ? 0 : (n * sxy - sx * sy) / spread;
}

}  // namespace assay::bench
