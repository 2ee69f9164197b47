#pragma once
// Processor time (user and system) of this process and of all that descend from it, by what they are: wall time on a busy
// machine says little. A process that ended counts where its parent, which reaped it, stands.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace assay::bench {

struct ProcessTimes {
  std::string name;
  int parent = 0;
  double seconds = 0;  ///< its own and that of the children it has reaped
};

/// The fields of proc(5), /proc/PID/stat; the name stands in brackets and may hold anything.
inline ProcessTimes read_times(const std::string& stat) {
  ProcessTimes times;
  const auto open = stat.find('('), close = stat.rfind(')');
  if (open == stat.npos || close == stat.npos) return times;
  times.name = stat.substr(open + 1, close - open - 1);
  std::istringstream rest(stat.substr(close + 1));
  std::string skipped;
  rest >> skipped >> times.parent;
  for (int field = 5; field <= 13; ++field) rest >> skipped;
  for (int field = 14; field <= 17; ++field) {
    double ticks = 0;
    rest >> ticks;
    times.seconds += ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  return times;
}

/// Seconds by name of process.
inline std::map<std::string, double> cpu_tally() {
  std::map<int, ProcessTimes> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    if (std::getline(file, stat, '\0')) all[std::stoi(name)] = read_times(stat);
  }
  const int self = ::getpid();
  std::map<std::string, double> tally;
  for (const auto& [pid, times] : all) {
    int at = pid;
    while (at > 1 && at != self) at = all.contains(at) ? all[at].parent : 0;
    if (at == self) tally[times.name] += times.seconds;
  }
  return tally;
}

}  // namespace assay::bench
