// The same jail on other hosts: an ordinary user, a host that lacks a layer, a parent that dies, a zygote that is
// killed.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <functional>

#include "sandbox/sanitized.h"
#include "sandbox/worker.h"
#include "tests/sandbox/jail_tools.h"

namespace assay::sandbox {
namespace {

using std::chrono::milliseconds;

/// Runs `body` in a fork and gives its exit status: 0 if it said "", else 1 with the words on stderr.
int in_a_fork(const std::function<std::string()>& body) {
  std::fflush(nullptr);
  pid_t pid = fork_one_thread();
  if (pid == 0) {
    auto wrong = body();
    if (!wrong.empty()) std::fprintf(stderr, "%s\n", wrong.c_str());
    ::_exit(wrong.empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

/// A uid that is not root, as after a login.
bool become_ordinary_user() {
  return ::syscall(SYS_setgroups, 0, nullptr) == 0 && ::setresgid(65534, 65534, 65534) == 0 &&
         ::setresuid(65534, 65534, 65534) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

std::string run_and_call() {
  auto jail = RunJail::start();
  if (!jail) return jail.error().what;
  auto binary = Binary::trusted("\x31\xc0\xc3", 0x20000000, 0);
  auto report = (*jail)->run({.binary = binary, .output_bytes = 64});
  if (!report) return report.error().what;
  if (report->outcome.kind != OutcomeKind::ok) return report->outcome.detail;
  auto endless = Binary::trusted("\xeb\xfe", 0x20000000, 0);
  report = (*jail)->run({.binary = endless, .output_bytes = 64, .deadline = milliseconds(20)});
  if (!report || report->outcome.kind != OutcomeKind::timeout) return "an endless loop was not stopped";
  auto worker = Worker::start([](std::string_view text) { return std::string(text); }, {});
  if (!worker) return worker.error().what;
  auto reply = (*worker)->call("hello", milliseconds(10'000));
  if (!reply) return reply.error().what;
  return reply->text == "hello" ? "" : reply->outcome.detail;
}

/// In a chroot Linux makes none, for anybody.
bool user_namespaces_can_be_made() {
  return in_a_fork([] { return std::string(::unshare(CLONE_NEWUSER) == 0 ? "" : "no user namespaces here"); }) == 0;
}

TEST(Hosts, AnOrdinaryUserHasTheWholeJail) {
  if (!user_namespaces_can_be_made()) GTEST_SKIP() << "no user namespaces here (a chroot?)";
  if (::geteuid() != 0) {
    EXPECT_EQ(run_and_call(), "");
    return;
  }
  EXPECT_EQ(in_a_fork([] { return become_ordinary_user() ? run_and_call() : "cannot become an ordinary user"; }), 0);
}

TEST(Hosts, RootHasTheWholeJail) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root";
  EXPECT_EQ(run_and_call(), "");
}

std::string start_error(const JailOptions& options = {}) {
  auto jail = RunJail::start(options);
  return jail ? "" : jail.error().what;
}

std::string names(const std::string& error, const std::string& layer) {
  return error.find("--allow-weak-sandbox=" + layer) != std::string::npos ? "" : "expected --allow-weak-sandbox=" + layer + ", got: " + error;
}

/// A user namespace in which no further one may be made, as a host that forbids them.
bool forbid_namespaces() {
  if (::unshare(CLONE_NEWUSER) != 0) return false;
  std::ofstream limit("/proc/sys/user/max_user_namespaces");
  limit << "0\n" << std::flush;
  return limit.good();
}

TEST(Hosts, WithoutNamespacesTheJailRefusesAndSaysSo) {
  if (!user_namespaces_can_be_made()) GTEST_SKIP() << "no user namespaces here (a chroot?)";
  EXPECT_EQ(in_a_fork([]() -> std::string {
              if (!forbid_namespaces()) return "cannot forbid namespaces";
              auto wrong = names(start_error(), "namespaces");
              if (!wrong.empty()) return wrong;
              auto worker = Worker::start([](std::string_view) { return std::string(); }, {});
              return worker ? "the worker started" : names(worker.error().what, "namespaces");
            }),
            0);
}

/// From here on `call` fails with `error` for us and for those we start, as on a kernel without it.
bool forbid_call(int call, int error) {
  sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog program{4, filter};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Hosts, WithoutLandlockTheJailRefusesAndSaysSoAndRunsWithoutItWhenTold) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              if (!forbid_call(SYS_landlock_create_ruleset, ENOSYS)) return "cannot forbid Landlock";
              auto wrong = names(start_error(), "landlock");
              if (!wrong.empty()) return wrong;
              auto worker = Worker::start([](std::string_view) { return std::string(); }, {});
              if (worker || !names(worker.error().what, "landlock").empty()) return "the worker did not refuse";
              return start_error({{"landlock"}});
            }),
            0);
}

TEST(Hosts, WithoutSeccompTheJailRefusesAndSaysSo) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              if (!forbid_call(SYS_seccomp, ENOSYS)) return "cannot forbid seccomp";
              return names(start_error(), "seccomp");
            }),
            0);
}

/// Processes that are children of this one now, dead or alive.
bool wait_for_any_child() { return ::waitpid(-1, nullptr, __WALL) > 0; }

TEST(Hosts, ACandidateDoesNotOutliveAKilledParent) {
  EXPECT_EQ(in_a_fork([]() -> std::string {
              ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans come to us, to be counted
              int ready[2];
              if (::pipe(ready) != 0) return "pipe";
              pid_t parent = ::fork();
              if (parent == 0) {
                auto jail = RunJail::start();
                auto endless = Binary::trusted("\xeb\xfe", 0x20000000, 0);
                if (jail && ::write(ready[1], "r", 1) == 1)
                  (void)(*jail)->run({.binary = endless, .output_bytes = 64, .deadline = milliseconds(3'600'000)});
                ::_exit(1);
              }
              ::close(ready[1]);  // so that a parent that fails to start is seen as an end
              char byte;
              if (::read(ready[0], &byte, 1) != 1) return "the jail did not start";
              ::kill(parent, SIGKILL);
              // Both waits end only if the zygote, and with it its pid namespace, is gone.
              return wait_for_any_child() && wait_for_any_child() ? "" : "the zygote was not left to us";
            }),
            0);
}

/// The pids of the processes named `name` that are children of `parent`.
std::vector<pid_t> children_named(pid_t parent, const std::string& name) {
  std::vector<pid_t> found;
  std::ifstream list("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  for (pid_t pid; list >> pid;) {
    std::string comm;
    std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> comm;
    if (comm == name) found.push_back(pid);
  }
  return found;
}

std::string children_of(pid_t parent) {
  auto list = read_file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  return list ? *list : list.error().what;
}

TEST(Hosts, OfRootTheZygoteKeepsNeitherTheIdNorTheGroups) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root";
  const gid_t groups[] = {0, 4, 27};
  ASSERT_EQ(::syscall(SYS_setgroups, 3, groups), 0);
  for (const auto& without : {std::vector<std::string>{}, std::vector<std::string>{"namespaces"}}) {
    auto jail = start_jail(without);
    auto zygotes = children_named(::getpid(), "assay-zygote");
    ASSERT_EQ(zygotes.size(), 1u);
    auto status = read_file("/proc/" + std::to_string(zygotes[0]) + "/status");
    ASSERT_TRUE(status);
    EXPECT_NE(status->find("Uid:\t64507\t64507\t64507\t64507\n"), std::string::npos) << *status;
    EXPECT_NE(status->find("Groups:\t \n"), std::string::npos) << *status;
    EXPECT_NE(status->find("CapPrm:\t0000000000000000\n"), std::string::npos) << *status;
  }
}

TEST(Hosts, NothingThatACandidateSpawnsIsLeftAfterItsRun) {
  auto jail = start_jail({"seccomp", "rlimits"});
  ASSERT_TRUE(jail);
  auto zygotes = children_named(::getpid(), "assay-zygote");
  ASSERT_EQ(zygotes.size(), 1u);
  for (const char* name : {"fork_bomb", "setsid_escape", "background_thread"}) {
    EXPECT_GT(run(*jail, image(name)).got(), 0u) << name;
    EXPECT_EQ(children_of(zygotes[0]), "") << name;
  }
}

TEST(Hosts, AKilledZygoteIsReplaced) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto zygotes = children_named(::getpid(), "assay-zygote");
  ASSERT_EQ(zygotes.size(), 1u);
  for (int round = 0; round < 3; ++round) {
    for (pid_t pid : children_named(::getpid(), "assay-zygote")) ::kill(pid, SIGKILL);
    EXPECT_EQ(run(*jail, image("nothing")).outcome.kind, OutcomeKind::ok);
  }
  EXPECT_EQ(children_named(::getpid(), "assay-zygote").size(), 1u);
}

}  // namespace
}  // namespace assay::sandbox
