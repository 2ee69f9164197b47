#pragma once
// What /proc says of processes, ours and others.

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace assay::bench {

std::uint64_t resident_bytes(pid_t pid = 0);  ///< 0: of this process; 0 bytes for one that is gone
std::size_t open_descriptors();               ///< of this process
std::vector<pid_t> children_of(pid_t parent);
/// Children of this process named so (/proc/<pid>/comm).
std::vector<pid_t> children_named(const std::string& name);

/// The pid namespace of a process, as its inode; 0 for one that is gone.
std::uint64_t pid_namespace_of(pid_t pid);
/// Every process of this machine, of any user and session, that is in one of `namespaces`.
std::size_t processes_in(const std::set<std::uint64_t>& namespaces);

/// The processors that this process may use.
std::vector<int> usable_processors();
/// From here on this process, and all that it starts, may use these alone.
void keep_to_processors(const std::vector<int>& processors);

}  // namespace assay::bench
