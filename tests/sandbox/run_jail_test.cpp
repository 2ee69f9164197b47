#include "sandbox/run_jail.h"

#include <gtest/gtest.h>

namespace assay::sandbox {
namespace {

Binary image_of(std::string bytes) { return Binary::trusted(std::move(bytes), 0x20000000, 0); }

TEST(RunJail, RunsAnImageThatReturnsNothing) {
  auto jail = RunJail::start();
  ASSERT_TRUE(jail) << jail.error().what;
  auto binary = image_of("\x31\xc0\xc3");  // xor eax, eax; ret
  auto report = (*jail)->run({.binary = binary, .output_bytes = 4096});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->outcome.kind, OutcomeKind::ok) << report->outcome.detail;
}

TEST(RunJail, StopsAnEndlessLoopAtTheDeadline) {
  auto jail = RunJail::start();
  ASSERT_TRUE(jail) << jail.error().what;
  auto binary = image_of("\xeb\xfe");  // jmp .
  auto report = (*jail)->run({.binary = binary, .output_bytes = 4096, .deadline = std::chrono::milliseconds(20)});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->outcome.kind, OutcomeKind::timeout) << report->outcome.detail;
}

}  // namespace
}  // namespace assay::sandbox
