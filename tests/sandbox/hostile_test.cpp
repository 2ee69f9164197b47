// Many hostile candidates at a time: each ends as it must, and nothing of any of them is left.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "tests/sandbox/jail_tools.h"

namespace assay::sandbox {
namespace {

/// Whatever leaves its family comes to us.
struct AdoptsOrphans {
  AdoptsOrphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~AdoptsOrphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
};

using std::chrono::milliseconds;

constexpr unsigned kAtATime = 8;
constexpr int kCandidates = 40;
const std::vector<std::string> kWeak = {"seccomp", "rlimits"};

struct Hostile {
  const char* image;
  OutcomeKind jailed;
};
/// Without seccomp and rlimits all of them live until their deadline.
constexpr Hostile kHostile[] = {{"infinite_loop", OutcomeKind::timeout},
                                {"spin_ignoring_signals", OutcomeKind::syscall_denied},
                                {"fill_and_spin", OutcomeKind::timeout},
                                {"fork_storm", OutcomeKind::syscall_denied},
                                {"grow_memory", OutcomeKind::syscall_denied}};

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::error_code gone;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(parent) + "/task", gone)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t pid; list >> pid;) children.push_back(pid);
  }
  return children;
}

std::size_t open_descriptors() {
  std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

struct Cell {
  std::unique_ptr<RunJail> jail;
  pid_t zygote;
};

std::vector<Cell> start_cells(const std::vector<std::string>& without) {
  std::vector<Cell> cells;
  for (unsigned i = 0; i < kAtATime; ++i) {
    const auto before = children_of(::getpid());
    auto jail = start_jail(without);
    for (pid_t pid : children_of(::getpid()))
      if (std::ranges::find(before, pid) == before.end()) cells.push_back({std::move(jail), pid});
  }
  return cells;
}

class HostileTest : public testing::TestWithParam<std::vector<std::string>> {
 protected:
  void run_all(std::vector<Cell>& cells) {
    std::vector<std::jthread> threads;
    for (auto& cell : cells)
      threads.emplace_back([&] {
        for (int number; (number = next_++) < kCandidates;) run_one(cell, kHostile[number % std::size(kHostile)]);
      });
  }

 private:
  void run_one(Cell& cell, const Hostile& hostile) {
    const auto expected = GetParam().empty() ? hostile.jailed : OutcomeKind::timeout;
    // A busy machine may take its time to come to the call that is denied.
    const milliseconds deadline(expected == OutcomeKind::timeout ? 50 : 20'000);
    auto report = cell.jail->run({.binary = image(hostile.image), .arena_bytes = 4u << 20, .output_bytes = 1u << 16, .deadline = deadline});
    const auto left = children_of(cell.zygote);
    std::lock_guard guard(mutex_);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(name_of(report->outcome.kind), name_of(expected)) << hostile.image << ": " << report->outcome.detail;
    EXPECT_TRUE(left.empty()) << hostile.image << " left " << left.size() << " processes after its report";
  }

  std::atomic<int> next_ = 0;
  std::mutex mutex_;
};

TEST_P(HostileTest, EachEndsAsItMustAndLeavesNothing) {
  const AdoptsOrphans adopting;
  while (::waitpid(-1, nullptr, __WALL) > 0) {
  }  // what other tests of this process left
  const auto descriptors = open_descriptors();
  {
    auto cells = start_cells(GetParam());
    ASSERT_EQ(cells.size(), kAtATime);
    run_all(cells);
  }
  EXPECT_TRUE(::waitpid(-1, nullptr, WNOHANG | __WALL) == -1 && errno == ECHILD) << "a descendant was not reaped";
  EXPECT_EQ(open_descriptors(), descriptors);
}

INSTANTIATE_TEST_SUITE_P(Load, HostileTest, testing::Values(std::vector<std::string>{}, kWeak),
                         [](const auto& without) { return std::string(without.param.empty() ? "every_layer" : "without_seccomp_and_rlimits"); });

TEST(Hostile, ARunThatIsStoppedFromOutsideEndsAtOnceAndTheNextOneRuns) {
  auto cells = start_cells({});
  ASSERT_EQ(cells.size(), kAtATime);
  auto& cell = cells.front();
  const auto endless = image("infinite_loop");
  std::stop_source stop;
  std::jthread stopper([&] {
    while (children_of(cell.zygote).empty()) std::this_thread::yield();
    stop.request_stop();
  });
  for (int round = 0; round < 2; ++round) {  // the second is stopped before it begins
    auto report = cell.jail->run({.binary = endless, .output_bytes = 64, .deadline = std::chrono::hours(1), .stop = stop.get_token()});
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(name_of(report->outcome.kind), name_of(OutcomeKind::abandoned)) << report->outcome.detail;
  }
  EXPECT_EQ(run(*cell.jail, image("nothing")).outcome.kind, OutcomeKind::ok);
}

/// Starts a jail and a thread for each hostile image, all of which live on, and never comes back.
[[noreturn]] void hold(int ready) {
  auto cells = start_cells(kWeak);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < cells.size(); ++i)
    threads.emplace_back([&, i] {
      (void)cells[i].jail->run({.binary = image(kHostile[i % std::size(kHostile)].image), .arena_bytes = 4u << 20, .output_bytes = 1u << 16, .deadline = std::chrono::hours(1)});
    });
  for (const auto& cell : cells)
    while (children_of(cell.zygote).empty()) std::this_thread::yield();
  (void)!::write(ready, "r", 1);
  for (;;) ::pause();
}

/// Of this process as the reaper of all that its children leave.
std::string wait_until_all_are_gone() {
  const auto bound = std::chrono::steady_clock::now() + std::chrono::seconds(60);  // of patience, not of speed
  for (;;) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG | __WALL);
    if (ended < 0) return errno == ECHILD ? "" : "waitpid";
    if (std::chrono::steady_clock::now() > bound) return std::to_string(children_of(::getpid()).size()) + " processes live on";
    if (ended == 0) std::this_thread::sleep_for(milliseconds(2));
  }
}

std::string kill_in_the_middle() {
  const AdoptsOrphans adopting;
  int ready[2];
  if (::pipe(ready) != 0) return "pipe";
  const pid_t parent = ::fork();
  if (parent == 0) hold(ready[1]);
  ::close(ready[1]);
  char byte;
  if (::read(ready[0], &byte, 1) != 1) return "the candidates did not start";
  ::kill(parent, SIGKILL);
  return wait_until_all_are_gone();
}

/// The kernel kills whoever opens a file to write to it alone: a parent that starts a jail does so first for the maps of the process
/// that it has just made.
bool die_when_maps_are_written() {
  constexpr unsigned kFlags = O_WRONLY | O_CLOEXEC;
  sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
                          BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[2])),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kFlags, 0, 1),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog program{sizeof filter / sizeof *filter, filter};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Hostile, AParentThatDiesWhileItStartsAJailLeavesNothing) {
  const AdoptsOrphans adopting;
  if (::fork() == 0) {
    if (die_when_maps_are_written()) (void)RunJail::start({{"cgroups"}});  // whose files are written before
    ::_exit(0);  // where no maps are written (a chroot) it comes to this
  }
  EXPECT_EQ(wait_until_all_are_gone(), "");
}

TEST(Hostile, NoneOutlivesAParentThatIsKilledInTheMiddle) { EXPECT_EQ(kill_in_the_middle(), ""); }

}  // namespace
}  // namespace assay::sandbox
