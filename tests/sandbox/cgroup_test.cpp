// Where a process finds its control groups, on hosts of every kind; and what a group does, where there is one for us.

#include "sandbox/cgroup.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/file.h"
#include "sandbox/sanitized.h"

namespace assay::sandbox {
namespace {

const char kOwn[] = "9:name=systemd:/\n8:pids:/user\n4:cpu,memory:/service/a\n0::/unified/x\n";

TEST(FindCgroups, FindsBothControllersAndTheUnifiedHierarchyOfAHybridHost) {
  auto places = find_cgroups(
      "30 25 0:26 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,cpu,memory\n"
      "31 25 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
      "32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
      kOwn);
  EXPECT_EQ(places.memory_v1, "/sys/fs/cgroup/memory/service/a");
  EXPECT_EQ(places.pids_v1, "/sys/fs/cgroup/pids/user");
  EXPECT_EQ(places.unified, "/sys/fs/cgroup/unified/unified/x");
}

TEST(FindCgroups, FindsTheOneHierarchyOfAVersionTwoHost) {
  auto places = find_cgroups("26 20 0:23 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n", "0::/user.slice\n");
  EXPECT_FALSE(places.memory_v1);
  EXPECT_FALSE(places.pids_v1);
  EXPECT_EQ(places.unified, "/sys/fs/cgroup/user.slice");
}

TEST(FindCgroups, FindsItsOwnGroupWhereAMountShowsAPartOfTheHierarchy) {
  const char own[] = "4:memory:/docker/77/inner\n";
  EXPECT_EQ(find_cgroups("30 25 0:26 /docker/77 /cg rw - cgroup cgroup rw,memory\n", own).memory_v1, "/cg/inner");
  EXPECT_EQ(find_cgroups("30 25 0:26 /docker/77/inner /cg rw - cgroup cgroup rw,memory\n", own).memory_v1, "/cg");
  EXPECT_FALSE(find_cgroups("30 25 0:26 /docker/7 /cg rw - cgroup cgroup rw,memory\n", own).memory_v1);
}

TEST(FindCgroups, FindsNothingInNonsense) {
  for (const char* text : {"", "\n\n", " - \n", "1 2 - cgroup2\n", "30 25 0:26 / /x rw - cgroup\n", "::\n4:\n"}) {
    auto places = find_cgroups(text, text);
    EXPECT_FALSE(places.memory_v1 || places.pids_v1 || places.unified) << text;
  }
}

/// A child that waits.
pid_t sleeper() {
  pid_t pid = ::fork();
  while (pid == 0) ::pause();
  return pid;
}

#define GROUP_OR_SKIP(name)                                                             \
  auto made = Cgroup::make({.memory_bytes = 64u << 20, .processes = 8});                \
  if (!made) GTEST_SKIP() << "no control groups for us here: " << made.error().what;    \
  std::optional<Cgroup> name(std::move(*made))

TEST(CgroupTest, KillsWhatIsInItAndIsGoneAfterwards) {
  GROUP_OR_SKIP(group);
  pid_t pid = sleeper();
  ASSERT_TRUE(group->add(pid));
  auto of_child = read_file("/proc/" + std::to_string(pid) + "/cgroup");
  ASSERT_TRUE(of_child);
  auto at = of_child->find("assay-" + std::to_string(::getpid()) + "-");
  ASSERT_NE(at, of_child->npos) << *of_child;
  const auto name = of_child->substr(at, of_child->find('\n', at) - at);
  group.reset();
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  auto places = find_cgroups(*read_file("/proc/self/mountinfo"), *read_file("/proc/self/cgroup"));
  for (const auto& place : {places.memory_v1, places.pids_v1, places.unified}) {
    if (!place) continue;
    EXPECT_FALSE(std::filesystem::exists(*place / name)) << *place / name;
  }
}

TEST(CgroupTest, HoldsTheNumberOfProcesses) {
  GROUP_OR_SKIP(group);
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  pid_t pid = fork_one_thread();
  if (pid == 0) {
    char go = 0;
    if (::read(pipe_ends[0], &go, 1) != 1) ::_exit(100);
    int forked = 0;
    for (; forked < 50; ++forked) {
      pid_t child = fork_one_thread();  // threads are counted as well
      while (child == 0) ::pause();
      if (child < 0) break;
    }
    ::_exit(forked);
  }
  ASSERT_TRUE(group->add(pid));
  ASSERT_EQ(::write(pipe_ends[1], "g", 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

TEST(CgroupTest, RemovesWhatAKilledProcessLeftBehind) {
  GROUP_OR_SKIP(group);
  pid_t pid = ::fork();
  if (pid == 0) {
    auto* left = new std::optional<Cgroup>();
    auto mine = Cgroup::make({.memory_bytes = 64u << 20, .processes = 8});
    if (mine) left->emplace(std::move(*mine));
    ::_exit(mine ? 0 : 1);  // no destructor
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  ASSERT_TRUE(Cgroup::make({.memory_bytes = 64u << 20, .processes = 8}));
  auto places = find_cgroups(*read_file("/proc/self/mountinfo"), *read_file("/proc/self/cgroup"));
  for (const auto& place : {places.memory_v1, places.pids_v1, places.unified}) {
    if (!place) continue;
    for (const auto& entry : std::filesystem::directory_iterator(*place))
      EXPECT_FALSE(entry.path().filename().string().starts_with("assay-" + std::to_string(pid) + "-")) << entry.path();
  }
}

}  // namespace
}  // namespace assay::sandbox
