#include "kernels/worker/host.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace assay::kernels::worker {

std::string host_value(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key) && line.find(':') != line.npos) return line.substr(std::min(line.size(), line.find(':') + 2));
  return {};
}

double available_bytes() { return std::strtod(host_value("/proc/meminfo", "MemAvailable").c_str(), nullptr) * 1024; }

}  // namespace assay::kernels::worker
