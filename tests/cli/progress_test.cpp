#include "cli/progress.h"

#include <gtest/gtest.h>

namespace assay::cli {
namespace {

evolve::Progress some_progress() {
  evolve::Progress progress;
  progress.candidates = 1234;
  progress.candidates_budget = 2000;
  progress.elapsed = std::chrono::seconds(61);
  progress.time_left = std::chrono::seconds(38);
  progress.best_candidate = 900;
  progress.best_objective = 0.12345;
  progress.outcomes = {{"ok", 1000}, {"refused", 34}, {"duplicate", 200}};
  progress.stage_share = {{"run", 0.75}, {"screen", 0.25}};
  return progress;
}

TEST(ProgressBlock, SaysWhatOneWantsToKnow) {
  auto lines = progress_block(some_progress(), 100);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], "candidates  1,234 of 2,000, 20.2/s");
  EXPECT_EQ(lines[1], "best        0.1235 (candidate 900)");
  EXPECT_EQ(lines[2], "stages      run 75 %, screen 25 %");
  EXPECT_EQ(lines[3], "outcomes    ok 1,000, duplicate 200, refused 34");
  EXPECT_EQ(lines[4], "time        1 min 01 s, 38.0 s left");
}

TEST(ProgressBlock, NeverWrapsALine) {
  for (const auto& line : progress_block(some_progress(), 20)) EXPECT_LE(line.size(), 20u);
}

TEST(ProgressBlock, ShowsMoneyOnlyWhereMoneyIsSpent) {
  auto progress = some_progress();
  progress.usd = 0.5;
  EXPECT_EQ(progress_block(progress, 80).back(), "spent       $0.5000");
}

TEST(ProgressDisplay, WithoutATerminalThereAreNoControlCharacters) {
  testing::internal::CaptureStderr();
  ProgressDisplay display(false);
  auto progress = some_progress();
  display.show(progress);
  progress.elapsed += std::chrono::seconds(1);
  display.show(progress);  // too soon for another line
  display.finish();
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
}

TEST(ProgressDisplay, OnATerminalTheBlockIsDrawnOverItself) {
  testing::internal::CaptureStderr();
  ProgressDisplay display(true);
  display.show(some_progress());
  display.show(some_progress());
  display.finish();
  EXPECT_NE(testing::internal::GetCapturedStderr().find("\x1b[5A"), std::string::npos);
}

}  // namespace
}  // namespace assay::cli
