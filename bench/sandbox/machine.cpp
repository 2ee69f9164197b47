#include "bench/sandbox/machine.h"

#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

namespace fs = std::filesystem;

std::string proc(pid_t pid) { return "/proc/" + std::to_string(pid); }

}  // namespace

std::uint64_t resident_bytes(pid_t pid) {
  std::ifstream file(proc(pid ? pid : ::getpid()) + "/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator("/proc/self/fd")) ++count;
  return count - 1;  // the one that reads the folder
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::error_code gone;
  for (const auto& thread : fs::directory_iterator(proc(parent) + "/task", gone)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t pid; list >> pid;) children.push_back(pid);
  }
  return children;
}

std::vector<pid_t> children_named(const std::string& name) {
  std::vector<pid_t> found;
  for (pid_t pid : children_of(::getpid()))
    if (read_file(proc(pid) + "/comm").value_or("") == name + "\n") found.push_back(pid);
  return found;
}

std::uint64_t pid_namespace_of(pid_t pid) {
  struct stat info {};
  return ::stat((proc(pid) + "/ns/pid").c_str(), &info) == 0 ? info.st_ino : 0;
}

std::size_t processes_in(const std::set<std::uint64_t>& namespaces) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc"))
    if (pid_t pid = std::atoi(entry.path().filename().c_str())) count += namespaces.contains(pid_namespace_of(pid));
  return count;
}

std::vector<int> usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) stop(system_error("sched_getaffinity"));
  std::vector<int> processors;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &set)) processors.push_back(i);
  return processors;
}

void keep_to_processors(const std::vector<int>& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int processor : processors) CPU_SET(processor, &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) stop(system_error("sched_setaffinity"));
}

}  // namespace assay::bench
