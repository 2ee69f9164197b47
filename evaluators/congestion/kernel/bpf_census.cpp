#include "evaluators/congestion/kernel/bpf_census.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

namespace assay::evaluators::congestion {
namespace {

namespace fs = std::filesystem;

std::set<std::uint32_t> ids(int (*next)(std::uint32_t, std::uint32_t*)) {
  std::set<std::uint32_t> found;
  for (std::uint32_t id = 0; next(id, &id) == 0;) found.insert(id);
  return found;
}

/// "net:[4026531840]" of each link; those that cannot be read are gone or not ours.
void collect_links(const fs::path& folder, std::set<std::string>& found) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const std::string target = fs::read_symlink(entry->path(), gone).string();
    if (!gone && target.starts_with("net:[")) found.insert(target);
  }
}

std::size_t count_network_namespaces() {
  std::set<std::string> found;
  std::error_code error;
  for (fs::directory_iterator process("/proc", error), end; !error && process != end; process.increment(error)) {
    const std::string name = process->path().filename().string();
    if (!std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c); })) continue;
    std::error_code gone;
    for (fs::directory_iterator task(process->path() / "task", gone), last; !gone && task != last; task.increment(gone)) collect_links(task->path() / "ns", found);
    collect_links(process->path() / "fd", found);
  }
  return found.size();
}

std::size_t count_descriptors() {
  std::error_code error;
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/fd", error), fs::directory_iterator()));
}

template <class T>
std::size_t added(const std::set<T>& before, const std::set<T>& after) {
  return static_cast<std::size_t>(std::ranges::count_if(after, [&](const T& each) { return !before.contains(each); }));
}

}  // namespace

Census take_census() {
  Census census;
  census.programs = ids(bpf_prog_get_next_id);
  census.maps = ids(bpf_map_get_next_id);
  census.links = ids(bpf_link_get_next_id);
  std::ifstream file("/proc/sys/net/ipv4/tcp_available_congestion_control");
  for (std::string name; file >> name;) census.congestion_controls.insert(name);
  census.descriptors = count_descriptors();
  census.network_namespaces = count_network_namespaces();
  return census;
}

std::string left_over(const Census& before, const Census& after) {
  std::string text;
  auto say = [&](std::size_t count, const char* what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  say(added(before.programs, after.programs), "programs of BPF");
  say(added(before.maps, after.maps), "maps of BPF");
  say(added(before.links, after.links), "links of BPF");
  say(added(before.congestion_controls, after.congestion_controls), "congestion controls");
  say(after.descriptors > before.descriptors ? after.descriptors - before.descriptors : 0, "descriptors");
  say(after.network_namespaces > before.network_namespaces ? after.network_namespaces - before.network_namespaces : 0, "network namespaces");
  return text;
}

}  // namespace assay::evaluators::congestion
