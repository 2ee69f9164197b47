#pragma once
// For tests: what of the host a run must leave alone, and whether it can be tried here at all.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "evaluators/congestion/kernel/tcp_run.h"

namespace assay::evaluators::congestion::kernel {

#define NEEDS_KERNEL_PATH() \
  if (auto can = host_can_run(); !can) GTEST_SKIP() << can.error().what

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Names of devices, without their counters.
inline std::string devices() {
  std::istringstream lines(text_of("/proc/self/net/dev"));
  std::string names;
  for (std::string line; std::getline(lines, line);)
    if (const auto colon = line.find(':'); colon != line.npos) names += line.substr(0, colon) + " ";
  return names;
}

inline std::string entries(const std::filesystem::path& folder) {
  std::error_code none;
  std::string names;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) names += entry.path().filename().string() + " ";
  return names;
}

inline std::map<std::string, std::string> host_state() {
  std::map<std::string, std::string> state{{"devices", devices()}, {"named namespaces", entries("/run/netns")}, {"routes", text_of("/proc/self/net/route")}};
  for (const char* name : {"tcp_ecn", "tcp_congestion_control", "tcp_rmem", "tcp_wmem", "tcp_no_metrics_save"})
    state[name] = text_of(std::filesystem::path("/proc/sys/net/ipv4") / name);
  state["disable_ipv6"] = text_of("/proc/sys/net/ipv6/conf/all/disable_ipv6");
  return state;
}

inline std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator{}));
}

}  // namespace assay::evaluators::congestion::kernel
