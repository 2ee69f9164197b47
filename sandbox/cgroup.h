#pragma once
// The control groups of one jail: a ceiling on memory and processes that holds for all of it together, and one kill for
// everything in it. Beside rlimits, which count for each process alone.
//
// Linux has two kinds, and hosts mount either or both: version 1 has a hierarchy for each controller (`memory`, `pids`), version
// 2 one for all, with cgroup.kill. Limits are set where the controller is; the kill is version 2's wherever that is mounted.
// A host may have neither, or not for us: then there is no group, and each result says that the layer is missing.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/layers.h"

namespace assay::sandbox {

struct CgroupLimits {
  std::uint64_t memory_bytes;
  std::uint64_t processes;  ///< threads, as the kernel counts
};

class Cgroup {
 public:
  /// Makes a group below the one that this process is in. The Error says what the host lacks. Empty groups that killed processes
  /// of ours left behind are removed on the way.
  static Result<Cgroup> make(const CgroupLimits& limits);
  Cgroup(Cgroup&& other) noexcept = default;
  Cgroup& operator=(Cgroup&&) = delete;
  /// Kills what is left in it, and removes it.
  ~Cgroup();

  /// Moves a process in; what it forks later is in as well.
  Result<void> add(pid_t pid) const;
  /// The Error: the group holds more than that, or is gone.
  Result<void> limit_memory(std::uint64_t bytes);

 private:
  struct Group {
    std::filesystem::path folder;
    bool v2 = false;
  };
  Cgroup() = default;
  Result<void> open(const std::string& name, const CgroupLimits& limits);
  void kill() const;

  std::optional<Group> memory_, pids_, unified_;  ///< the same folder where all is version 2
  std::vector<std::filesystem::path> folders_;    ///< each once
  std::uint64_t memory_bytes_ = 0;
};

/// A group for a jail with these layers. The one layer that a host need not have: without it kCgroups is taken out of `layers`, and
/// "cgroups" is put into `missing`.
std::optional<Cgroup> group_if_any(Layers& layers, const CgroupLimits& limits, std::vector<std::string>& missing);

/// Where the groups of this process are, from the texts of /proc/self/mountinfo and /proc/self/cgroup.
struct CgroupPlaces {
  std::optional<std::filesystem::path> memory_v1, pids_v1, unified;
};
CgroupPlaces find_cgroups(const std::string& mountinfo, const std::string& own);

}  // namespace assay::sandbox
