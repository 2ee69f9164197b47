// The table of the self-test, where every layer holds and where one does not.

#include "sandbox/inspect.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <set>

#include "sandbox/layers.h"

namespace assay::sandbox {
namespace {

TEST(Inspect, TriesEveryLayerOfBothJails) {
  std::set<std::string> run, worker;
  for (const LayerStanding& row : inspect_layers()) {
    (row.jail == "run" ? run : worker).insert(row.layer);
    EXPECT_TRUE(row.standing == Standing::holds || (row.layer == "cgroups" && row.standing == Standing::absent)) << row.layer << " " << row.why;
    EXPECT_EQ(row.why.empty(), row.standing == Standing::holds) << row.layer;
  }
  for (const auto& entry : kLayerNames) EXPECT_TRUE(run.contains(std::string(entry.name))) << entry.name;
  EXPECT_TRUE(run.contains("always"));
  for (const char* layer : {"namespaces", "landlock", "seccomp", "rlimits"}) EXPECT_TRUE(worker.contains(layer)) << layer;
}

/// As on a kernel without Landlock, for this process and its children.
bool forbid_landlock() {
  sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog program{4, filter};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Inspect, NamesTheLayerThatDoesNotHoldAndNoOther) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!forbid_landlock()) ::_exit(100);
    std::set<std::string> broken;
    for (const LayerStanding& row : inspect_layers())
      if (row.standing == Standing::broken) broken.insert(row.jail + " " + row.layer);
    ::_exit(broken == std::set<std::string>{"run landlock", "worker landlock"} ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace assay::sandbox
