#include "evaluators/congestion/kernel/bpf_census.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/file.h"

namespace assay::evaluators::congestion {
namespace {

namespace fs = std::filesystem;

bool is_ours(const bpf_prog_info& info) { return std::string_view(info.name).starts_with("assay"); }
bool is_ours(const bpf_map_info& info) { return std::string_view(info.name).starts_with("assay"); }
bool is_ours(const bpf_link_info& info) { return info.type == BPF_LINK_TYPE_STRUCT_OPS; }

template <class Info>
std::set<std::uint32_t> ids(int (*next)(std::uint32_t, std::uint32_t*), int (*open)(std::uint32_t)) {
  std::set<std::uint32_t> found;
  for (std::uint32_t id = 0; next(id, &id) == 0;) {
    const FileDescriptor fd(open(id));
    Info info{};
    std::uint32_t bytes = sizeof info;
    if (fd.valid() && bpf_obj_get_info_by_fd(fd.get(), &info, &bytes) == 0 && is_ours(info)) found.insert(id);
  }
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
  for (fs::directory_iterator task("/proc/self/task", error), end; !error && task != end; task.increment(error)) collect_links(task->path() / "ns", found);
  collect_links("/proc/self/fd", found);
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
  census.programs = ids<bpf_prog_info>(bpf_prog_get_next_id, bpf_prog_get_fd_by_id);
  census.maps = ids<bpf_map_info>(bpf_map_get_next_id, bpf_map_get_fd_by_id);
  census.links = ids<bpf_link_info>(bpf_link_get_next_id, bpf_link_get_fd_by_id);
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
