#include "evolve/providers/retry.h"

#include <gtest/gtest.h>

#include <set>

namespace assay::evolve {
namespace {

using namespace std::chrono;

const Time::Point kNow{seconds(1000)};
const system_clock::time_point kWall = sys_days(2026y / 1 / 31) + 8h;

TEST(Retry, AWaitIsSecondsMillisecondsOrADate) {
  auto asked = [](const char* header, const char* value) { return asked_wait({.headers = {{header, value}}}, kWall); };
  EXPECT_EQ(asked("retry-after-ms", "1500"), 1500ms);
  EXPECT_EQ(asked("retry-after", "2"), 2s);
  EXPECT_EQ(asked("retry-after", "0.25"), 250ms);
  EXPECT_EQ(asked("retry-after", "-3"), 0ms);
  EXPECT_EQ(asked("retry-after", "1e9"), 24h);
  EXPECT_EQ(asked("retry-after", "Sat, 31 Jan 2026 08:00:30 GMT"), 30s);
  EXPECT_EQ(asked("retry-after", "Sat, 31 Jan 2026 07:00:00 GMT"), 0ms);
  EXPECT_EQ(asked("retry-after", "Wed, 21 Oct 60377 08:00:00 GMT"), 24h);  // a fuzzer's: beyond what nanoseconds reach
  for (auto wrong : {"nan", "inf", "1e400", "soon", "", "3 apples"}) EXPECT_FALSE(asked("retry-after", wrong)) << wrong;
  EXPECT_EQ(asked_wait({.headers = {{"retry-after-ms", "1"}, {"retry-after", "9"}}}, kWall), 1ms);
  EXPECT_EQ(asked_wait({.headers = {{"retry-after-ms", "x"}, {"retry-after", "9"}}}, kWall), 9s);
  EXPECT_FALSE(asked_wait({}, kWall));
}

TEST(Retry, ThePauseDoublesWithAJitterThatIsTheSameEachTime) {
  const Backoff how{1000ms, 60000ms};
  std::set<long long> seen;
  for (std::uint64_t candidate = 0; candidate < 50; ++candidate)
    for (std::uint64_t attempt = 0; attempt < 10; ++attempt) {
      const auto pause = backoff(how, 7, candidate, attempt);
      const auto whole = std::min(how.longest, how.base * (1 << attempt));
      EXPECT_GE(pause, whole / 2);
      EXPECT_LE(pause, whole);
      EXPECT_EQ(pause, backoff(how, 7, candidate, attempt));
      seen.insert(pause.count());
    }
  EXPECT_GT(seen.size(), 300u);  // it is a jitter
  EXPECT_NE(backoff(how, 7, 1, 3), backoff(how, 8, 1, 3));
  EXPECT_LE(backoff(how, 7, 1, UINT64_MAX), how.longest);
}

TEST(Breaker, OpensAfterFailuresInARowAndLetsOneProbeThroughAfterThePause) {
  Breaker breaker(3, 30s);
  Breaker::Pass pass;
  breaker.bad(pass, kNow);
  breaker.bad(pass, kNow);
  breaker.good(pass);  // not in a row
  breaker.bad(pass, kNow);
  breaker.bad(pass, kNow);
  EXPECT_TRUE(breaker.admit(kNow));
  breaker.bad(pass, kNow);
  EXPECT_EQ(breaker.admit(kNow).error(), kNow + 30s);
  EXPECT_EQ(breaker.admit(kNow + 29s).error(), kNow + 30s);
  auto probe = breaker.admit(kNow + 30s);
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->probe);
  ASSERT_FALSE(breaker.admit(kNow + 31s));  // one is enough
  EXPECT_GT(breaker.admit(kNow + 31s).error(), kNow + 31s);
  breaker.bad(*probe, kNow + 40s);
  EXPECT_EQ(breaker.admit(kNow + 41s).error(), kNow + 70s);
  probe = breaker.admit(kNow + 70s);
  ASSERT_TRUE(probe);
  breaker.good(*probe);
  EXPECT_TRUE(breaker.admit(kNow + 70s));
  EXPECT_FALSE(breaker.admit(kNow + 70s)->probe);
}

TEST(Breaker, WhatACallFromBeforeSaysLateNeitherExtendsThePauseNorEndsAProbe) {
  Breaker breaker(1, 30s);
  Breaker::Pass early;
  breaker.bad(early, kNow);
  breaker.bad(early, kNow + 20s);
  EXPECT_EQ(breaker.admit(kNow + 20s).error(), kNow + 30s);
  auto probe = breaker.admit(kNow + 30s);
  ASSERT_TRUE(probe);
  breaker.nothing(early);
  breaker.bad(early, kNow + 31s);
  EXPECT_FALSE(breaker.admit(kNow + 31s));
  breaker.nothing(*probe);  // stopped: the next one is the probe
  EXPECT_TRUE(breaker.admit(kNow + 32s)->probe);
}

}  // namespace
}  // namespace assay::evolve
