// Native code that tries what the screen would never let through: the jail has to hold without the screen.

#include <string>
#include <vector>

#include "tests/sandbox/jail_tools.h"

namespace assay::sandbox {
namespace {

using std::chrono::milliseconds;

/// With every layer: the outcome, and words that its detail must have.
struct Attack {
  std::string image;
  OutcomeKind kind;
  std::string words = "";
};

const Attack kAttacks[] = {
    {"infinite_loop", OutcomeKind::timeout, "deadline"},
    {"output_flood", OutcomeKind::signal, "past its output (offset 65536)"},
    {"output_full", OutcomeKind::output_limit, "65536 bytes"},
    {"output_claim", OutcomeKind::protocol_violation, "65537"},
    {"broke_contract", OutcomeKind::protocol_violation, "range"},
    {"abandoned", OutcomeKind::abandoned},
    {"mem_bomb", OutcomeKind::syscall_denied},
    {"memfd_bomb", OutcomeKind::syscall_denied},
    {"fork_bomb", OutcomeKind::syscall_denied},
    {"setsid_escape", OutcomeKind::syscall_denied},
    {"background_thread", OutcomeKind::syscall_denied},
    {"ptrace", OutcomeKind::syscall_denied},
    {"process_vm_readv", OutcomeKind::syscall_denied},
    {"open_file", OutcomeKind::syscall_denied},
    {"proc_maps", OutcomeKind::syscall_denied},
    {"symlink_out", OutcomeKind::syscall_denied},
    {"hardlink_out", OutcomeKind::syscall_denied},
    {"socket", OutcomeKind::syscall_denied},
    {"io_uring", OutcomeKind::syscall_denied},
    {"keyctl", OutcomeKind::syscall_denied},
    {"flock", OutcomeKind::syscall_denied},
    {"inherited_descriptors", OutcomeKind::syscall_denied},
    {"mprotect_exec", OutcomeKind::syscall_denied},
    {"write_code", OutcomeKind::signal, "its code"},
    {"rdtsc", OutcomeKind::signal, "clock"},
    {"vdso_clock", OutcomeKind::signal, "SIGSEGV"},
    {"x32_call", OutcomeKind::syscall_denied},
    {"getpid", OutcomeKind::syscall_denied, "SIGSYS"},
    {"exit0_forged", OutcomeKind::protocol_violation, "before"},
    {"exit1", OutcomeKind::protocol_violation},
    {"thread_exit", OutcomeKind::protocol_violation},
    {"trap", OutcomeKind::signal, "SIGILL"},
    {"breakpoint", OutcomeKind::signal, "SIGTRAP"},
    {"segv", OutcomeKind::signal, "SIGSEGV: used a null pointer"},
    {"divide_by_zero", OutcomeKind::signal, "SIGFPE"},
    {"stack_overflow", OutcomeKind::signal, "overflowed its stack"},
    {"huge_alloca", OutcomeKind::signal, "overflowed its stack"},
    {"kill_parent", OutcomeKind::syscall_denied},
    {"kill_self", OutcomeKind::syscall_denied},
};

class AttackTest : public testing::TestWithParam<Attack> {};

TEST_P(AttackTest, EndsInItsOutcomeAndLeavesTheJailAsItWas) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  bool endless = GetParam().kind == OutcomeKind::timeout;
  auto ran = run(*jail, image(GetParam().image), endless ? milliseconds(50) : milliseconds(10'000));
  EXPECT_EQ(name_of(ran.outcome.kind), name_of(GetParam().kind)) << ran.outcome.detail;
  EXPECT_NE(ran.outcome.detail.find(GetParam().words), std::string::npos) << ran.outcome.detail;
  EXPECT_EQ(ran.output, "");
  EXPECT_EQ(run(*jail, image("nothing")).outcome.kind, OutcomeKind::ok);
}

INSTANTIATE_TEST_SUITE_P(Native, AttackTest, testing::ValuesIn(kAttacks),
                         [](const auto& attack) { return attack.param.image; });

/// With layers off: either another layer still holds (`got` is 0), or the attack gets further, which shows that the
/// layer that is off was what held it.
struct Weakened {
  std::string image;
  std::vector<std::string> without;
  bool gets_further;
};

const Weakened kWeakened[] = {
    // seccomp off: the other layers hold alone
    {"mem_bomb", {"seccomp"}, false},
    {"memfd_bomb", {"seccomp"}, false},
    {"fork_bomb", {"seccomp"}, false},
    {"setsid_escape", {"seccomp"}, false},
    {"background_thread", {"seccomp"}, false},
    {"ptrace", {"seccomp"}, false},
    {"process_vm_readv", {"seccomp"}, false},
    {"open_file", {"seccomp"}, false},
    {"proc_maps", {"seccomp"}, false},
    {"symlink_out", {"seccomp"}, false},
    {"hardlink_out", {"seccomp"}, false},
    {"socket", {"seccomp"}, false},
    {"io_uring", {"seccomp"}, false},
    {"flock", {"seccomp"}, false},
    {"inherited_descriptors", {"seccomp"}, false},
    {"open_file", {"seccomp", "rlimits"}, false},
    {"open_file", {"seccomp", "rlimits", "landlock"}, false},
    {"open_file", {"seccomp", "rlimits", "namespaces"}, false},
    {"proc_maps", {"seccomp", "rlimits", "landlock"}, false},
    {"proc_maps", {"seccomp", "rlimits", "namespaces"}, false},
    {"symlink_out", {"seccomp", "rlimits", "landlock"}, false},
    {"symlink_out", {"seccomp", "rlimits", "namespaces"}, false},
    {"hardlink_out", {"seccomp", "rlimits", "namespaces"}, false},
    {"ptrace", {"seccomp", "landlock"}, false},
    {"process_vm_readv", {"seccomp", "rlimits", "landlock"}, false},
    // each layer off, in the end, lets something through
    {"getpid", {"seccomp"}, true},
    {"mprotect_exec", {"seccomp"}, true},
    {"mem_bomb", {"seccomp", "rlimits"}, true},
    {"memfd_bomb", {"seccomp", "rlimits"}, true},
    {"fork_bomb", {"seccomp", "rlimits"}, true},
    {"setsid_escape", {"seccomp", "rlimits"}, true},
    {"background_thread", {"seccomp", "rlimits"}, true},
    {"open_file", {"seccomp", "rlimits", "landlock", "namespaces"}, true},
    {"proc_maps", {"seccomp", "rlimits", "landlock", "namespaces"}, true},
    {"rdtsc", {"clock"}, true},
    {"vdso_clock", {"clock"}, true},
};

class WeakenedTest : public testing::TestWithParam<Weakened> {};

TEST_P(WeakenedTest, StopsAtTheNextLayerOrGetsFurther) {
  auto jail = start_jail(GetParam().without);
  ASSERT_TRUE(jail);
  auto missing = jail->missing_layers();
  std::erase(missing, "cgroups");  // which a host need not have
  EXPECT_EQ(missing, GetParam().without);
  auto ran = run(*jail, image(GetParam().image));
  ASSERT_EQ(name_of(ran.outcome.kind), "ok") << ran.outcome.detail;
  EXPECT_EQ(ran.got() != 0, GetParam().gets_further) << ran.got();
  EXPECT_EQ(run(*jail, image("nothing")).outcome.kind, OutcomeKind::ok);
}

INSTANTIATE_TEST_SUITE_P(Native, WeakenedTest, testing::ValuesIn(kWeakened), [](const auto& weakened) {
  std::string name = weakened.param.image + "_without";
  for (const auto& layer : weakened.param.without) name += "_" + layer;
  return name;
});

TEST(Attacks, TheZygoteOutlivesAKillFromInsideItsPidNamespace) {
  auto jail = start_jail({"seccomp", "landlock"});
  ASSERT_TRUE(jail);
  run(*jail, image("kill_parent"));
  EXPECT_EQ(run(*jail, image("nothing")).outcome.kind, OutcomeKind::ok);
}

TEST(Attacks, OldWaysIntoTheKernelAreClosedToo) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  for (const char* name : {"vsyscall", "int80"}) {
    auto kind = run(*jail, image(name)).outcome.kind;
    EXPECT_TRUE(kind == OutcomeKind::syscall_denied || kind == OutcomeKind::signal) << name << " " << name_of(kind);
  }
}

}  // namespace
}  // namespace assay::sandbox
