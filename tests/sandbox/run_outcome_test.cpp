#include "sandbox/run_outcome.h"

#include <csignal>

#include "sandbox/entry.h"
#include "tests/sandbox/jail_tools.h"

namespace assay::sandbox {
namespace {

constexpr int exited(int status) { return status << 8; }

struct Case {
  const char* name;
  Finished finished;
  bool deadline_passed;
  std::string expected;  ///< the outcome's kind, or "error"
};

const Case kCases[] = {{"Answered", {exited(0), 1, kAnswered, 100}, false, "ok"},
                       {"AnsweredInTime", {exited(0), 1, kAnswered, 100}, true, "ok"},
                       {"OneByteTooMany", {exited(0), 1, kAnswered, 101}, false, "protocol_violation"},
                       {"Full", {exited(0), 1, kAnswered, kAssayOutputFull}, false, "output_limit"},
                       {"NoMark", {exited(0), 1, 0, 100}, false, "protocol_violation"},
                       {"MarkButFailure", {exited(1), 1, kAnswered, 100}, false, "protocol_violation"},
                       {"FaultMarkButSuccess", {exited(0), 1, kFaulted, 11}, false, "protocol_violation"},
                       {"Fault", {exited(kFaultStatus), 1, kFaulted, SIGSEGV}, false, "signal"},
                       {"FaultStatusWithoutMark", {exited(kFaultStatus), 1, 0, 0}, false, "protocol_violation"},
                       {"KilledByUs", {SIGKILL, 1, 0, 0}, true, "timeout"},
                       {"KilledBySomeone", {SIGKILL, 1, 0, 0}, false, "memory"},
                       {"TrapJustBeforeTheKill", {SIGILL, 1, 0, 0}, true, "signal"},
                       {"ProcessorTime", {SIGXCPU, 1, 0, 0}, false, "timeout"},
                       {"DumpedCore", {SIGSEGV | 0x80, 1, 0, 0}, false, "signal"},
                       {"NotSetUp", {exited(1), 0, 0, 0}, false, "error"},
                       {"NotSetUpWhateverThePageSays", {exited(0), 0, kAnswered, 0}, false, "error"},
                       {"KilledBeforeItWasSetUp", {SIGKILL, 0, 0, 0}, true, "timeout"},
                       {"NotSealed", {kSealingFailedSignal, 1, 0, 0}, false, "error"},
                       {"BadArguments", {exited(0), 1, kAnswered, kAssayBadArguments}, false, "protocol_violation"}};

class OutcomeOf : public testing::TestWithParam<Case> {};

TEST_P(OutcomeOf, IsTyped) {
  auto outcome = outcome_of(GetParam().finished, {GetParam().deadline_passed, "2000 ms", 100});
  EXPECT_EQ(outcome ? name_of(outcome->kind) : "error", GetParam().expected);
  EXPECT_EQ(outcome && outcome->kind != OutcomeKind::ok, outcome && !outcome->detail.empty());
}

INSTANTIATE_TEST_SUITE_P(Cases, OutcomeOf, testing::ValuesIn(kCases),
                         [](const auto& tested) { return tested.param.name; });

struct Forgery {
  std::uint64_t answered, value, address, status;
  std::string expected;
};

TEST(ForgedAnswer, IsWorthNoMoreThanAnAnswerThatADriverCouldHaveGiven) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto binary = image("forged_answer");
  for (const auto& [answered, value, address, status, expected] :
       {Forgery{kAnswered, 8, 0, 0, "ok"}, Forgery{kAnswered, 1ull << 40, 0, 0, "protocol_violation"},
        Forgery{kAnswered, 8, 0, 1, "protocol_violation"}, Forgery{0, 8, 0, 0, "protocol_violation"},
        Forgery{kFaulted, 11, ~0ull - 1, kFaultStatus, "signal"}}) {
    const std::uint64_t words[] = {answered, value, address, status};
    auto report = jail->run({.binary = binary,
                             .arguments = std::string(reinterpret_cast<const char*>(words), sizeof words),
                             .output_bytes = 64});
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(name_of(report->outcome.kind), expected) << report->outcome.detail;
    EXPECT_EQ(report->output.size(), expected == "ok" ? 8u : 0u);
  }
}

TEST(ForgedAnswer, TheImageWritesWhereTheAnswerIs) { EXPECT_EQ(kAnswerAt, 0x1500'0000'0000u); }

}  // namespace
}  // namespace assay::sandbox
