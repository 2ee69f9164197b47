#include "sandbox/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <sstream>

#include "base/file.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "assay-";
constexpr int kRemovals = 200;  ///< tries, a millisecond apart: a killed process leaves its group a little later

Result<void> put(const fs::path& file, const std::string& text) {
  FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return fail(system_error("open " + file.string()));
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(system_error("write " + text + " to " + file.string()));
  return {};
}

void sleep_millisecond() {
  timespec time{0, 1'000'000};
  ::nanosleep(&time, nullptr);
}

std::vector<std::string> words(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

bool has_word(const std::string& list, std::string_view word) {
  auto all = words(list, ',');
  return std::ranges::find(all, word) != all.end();
}

/// "assay-<pid>-<time>" of a process that is no more.
bool is_left_behind(const std::string& name) {
  if (!name.starts_with(kPrefix)) return false;
  long pid = 0;
  const char* begin = name.data() + kPrefix.size();
  auto [end, error] = std::from_chars(begin, name.data() + name.size(), pid);
  return error == std::errc() && *end == '-' && pid > 0 && ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

/// rmdir refuses a group that still has a process, so that a wrong guess costs nothing.
void remove_left_behind(const fs::path& parent) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored))
    if (is_left_behind(entry.path().filename().string())) ::rmdir(entry.path().c_str());
}

std::string fresh_name() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(now.tv_sec) + "." + std::to_string(now.tv_nsec);
}

Result<CgroupPlaces> places_here() {
  auto mountinfo = read_file("/proc/self/mountinfo");
  if (!mountinfo) return std::unexpected(mountinfo.error());
  auto own = read_file("/proc/self/cgroup");
  if (!own) return std::unexpected(own.error());
  return find_cgroups(*mountinfo, *own);
}

}  // namespace

CgroupPlaces find_cgroups(const std::string& mountinfo, const std::string& own) {
  std::string memory_path = "/", pids_path = "/", unified_path = "/";
  std::istringstream own_lines(own);
  for (std::string line; std::getline(own_lines, line);) {
    const auto first = line.find(':'), second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (has_word(controllers, "memory")) memory_path = path;
    if (has_word(controllers, "pids")) pids_path = path;
    if (controllers.empty()) unified_path = path;
  }
  // "36 35 98:0 /root /mount/point options - type source super,options" (proc_pid_mountinfo(5)).
  CgroupPlaces places;
  std::istringstream mounts(mountinfo);
  for (std::string line; std::getline(mounts, line);) {
    const auto dash = line.find(" - ");
    if (dash == line.npos) continue;
    const auto left = words(line.substr(0, dash), ' '), right = words(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3) continue;
    const fs::path point = left[4];
    // A mount may show a part of the hierarchy only: a path outside of it cannot be reached there.
    auto below = [&](const std::string& path) -> std::optional<fs::path> {
      if (left[3] == "/") return point / fs::path(path).relative_path();
      if (path == left[3]) return point;
      if (!path.starts_with(left[3] + "/")) return std::nullopt;
      return point / path.substr(left[3].size() + 1);
    };
    if (right[0] == "cgroup2") places.unified = below(unified_path);
    if (right[0] == "cgroup" && has_word(right[2], "memory")) places.memory_v1 = below(memory_path);
    if (right[0] == "cgroup" && has_word(right[2], "pids")) places.pids_v1 = below(pids_path);
  }
  return places;
}

Result<Cgroup> Cgroup::make(const CgroupLimits& limits) {
  Cgroup group;
  if (auto opened = group.open(fresh_name(), limits); !opened) return std::unexpected(opened.error());
  return group;
}

Result<void> Cgroup::open(const std::string& name, const CgroupLimits& limits) {
  auto places = places_here();
  if (!places) return std::unexpected(places.error());
  auto enter = [&](const std::optional<fs::path>& parent, std::optional<Group>& place, bool v2) -> Result<void> {
    if (!parent) return {};
    remove_left_behind(*parent);
    const fs::path folder = *parent / name;
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return fail(system_error("make " + folder.string()));
    if (std::ranges::find(folders_, folder) == folders_.end()) folders_.push_back(folder);
    place = Group{folder, v2};
    return {};
  };
  if (auto made = enter(places->memory_v1, memory_, false); !made) return made;
  if (auto made = enter(places->pids_v1, pids_, false); !made) return made;
  if (places->unified && !(memory_ && pids_)) {
    // Where we are not alone in the group this is refused, and the controllers are as somebody else has set them.
    (void)put(*places->unified / "cgroup.subtree_control", "+memory +pids");
  }
  if (auto made = enter(places->unified, unified_, true); !made && !(memory_ && pids_)) return made;
  if (!memory_ && unified_ && fs::exists(unified_->folder / "memory.max")) memory_ = unified_;
  if (!pids_ && unified_ && fs::exists(unified_->folder / "pids.max")) pids_ = unified_;
  if (!memory_ || !pids_) return fail(std::string("no cgroup for us with the controller ") + (memory_ ? "pids" : "memory"));
  if (auto limited = limit_memory(limits.memory_bytes); !limited) return limited;
  return put(pids_->folder / "pids.max", std::to_string(limits.processes));
}

Result<void> Cgroup::add(pid_t pid) const {
  for (const auto& folder : folders_)
    if (auto moved = put(folder / "cgroup.procs", std::to_string(pid)); !moved) return moved;
  return {};
}

Result<void> Cgroup::limit_memory(std::uint64_t bytes) {
  if (bytes == memory_bytes_) return {};
  auto limited = put(memory_->folder / (memory_->v2 ? "memory.max" : "memory.limit_in_bytes"), std::to_string(bytes));
  if (limited) memory_bytes_ = bytes;
  return limited;
}

void Cgroup::kill() const {
  if (unified_ && put(unified_->folder / "cgroup.kill", "1")) return;
  auto members = pids_ ? read_file(pids_->folder / "cgroup.procs") : std::string();
  if (!members) return;
  for (const auto& pid : words(*members, '\n'))
    if (int number = std::atoi(pid.c_str()); number > 1) ::kill(number, SIGKILL);
}

std::optional<Cgroup> group_if_any(Layers& layers, const CgroupLimits& limits, std::vector<std::string>& missing) {
  if (!(layers & kCgroups)) return std::nullopt;
  auto group = Cgroup::make(limits);
  if (group) return std::optional<Cgroup>(std::move(*group));
  layers &= ~kCgroups;
  missing.push_back("cgroups");
  return std::nullopt;
}

Cgroup::~Cgroup() {
  if (folders_.empty()) return;
  kill();
  for (const auto& folder : folders_)
    for (int i = 0; i < kRemovals && ::rmdir(folder.c_str()) != 0 && errno == EBUSY; ++i) sleep_millisecond();
}

}  // namespace assay::sandbox
