#include "evolve/providers/limits.h"

#include <gtest/gtest.h>

namespace assay::evolve {
namespace {

using namespace std::chrono;
using Headers = std::map<std::string, std::string>;

const RateLimits::Time kNow{seconds(1000)};
const system_clock::time_point kWall = sys_days(2026y / 1 / 31) + 8h;

TEST(Limits, ADurationHasUnitsOrIsInSeconds) {
  EXPECT_EQ(duration_of("12ms"), 12ms);
  EXPECT_EQ(duration_of("6m0s"), 360s);
  EXPECT_EQ(duration_of("1h2m3.5s"), 3723500ms);
  EXPECT_EQ(duration_of("1.5"), 1500ms);
  EXPECT_EQ(duration_of("0.0001s"), 1ms);  // never sooner than told
  for (auto wrong : {"", "s", "-1s", "1x", "nan", "inf", "1e9", "1s2", "9999999999h", "25h", "1m 2s"}) EXPECT_FALSE(duration_of(wrong)) << wrong;
}

TEST(Limits, ATimeIsReadByRfc3339) {
  EXPECT_EQ(time_of("2026-01-31T08:00:00Z"), kWall);
  EXPECT_EQ(time_of("2026-01-31T09:30:00.25+01:30"), kWall + 250ms);
  EXPECT_EQ(time_of("2026-01-31t03:00:00-05:00"), kWall);
  EXPECT_TRUE(time_of("9999-12-31T23:59:60Z"));  // beyond what nanoseconds reach
  for (auto wrong : {"", "2026-01-31", "2026-02-30T08:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T08:00:00", "2026-01-31T08:00:00.Z",
                     "2026-1-31T08:00:00Z", "2026-01-31T08:00:00+25:00", "2026-01-31T08:00:00Zx", "-026-01-31T08:00:00Z"})
    EXPECT_FALSE(time_of(wrong)) << wrong;
}

TEST(Limits, ACallWaitsForTheResetOfALimitThatItDoesNotFitInto) {
  RateLimits limits;
  EXPECT_FALSE(limits.admit({100, 100}, kNow));  // nothing is known
  limits.learn({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "6m0s"}}, kNow, kWall);
  EXPECT_EQ(limits.admit({100, 100}, kNow), kNow + 360s);
  EXPECT_EQ(limits.admit({100, 100}, kNow + 359s), kNow + 360s);
  EXPECT_FALSE(limits.admit({100, 100}, kNow + 360s));
}

TEST(Limits, TokensOfTheCallsUnderWayCount) {
  RateLimits limits;
  limits.learn({{"x-ratelimit-remaining-tokens", "500"}, {"x-ratelimit-reset-tokens", "2s"}}, kNow, kWall);
  EXPECT_FALSE(limits.admit({100, 200}, kNow));
  EXPECT_EQ(limits.admit({100, 200}, kNow), kNow + 2s);  // 200 are left
  EXPECT_FALSE(limits.admit({100, 100}, kNow));
  limits.learn({{"x-ratelimit-remaining-tokens", "300"}, {"x-ratelimit-reset-tokens", "2s"}}, kNow, kWall);
  EXPECT_FALSE(limits.admit({100, 200}, kNow));  // the endpoint knows better
}

TEST(Limits, AnthropicsKindsCountForThemselvesAndTheirResetsAreTimes) {
  RateLimits limits;
  limits.learn({{"anthropic-ratelimit-input-tokens-remaining", "1000"}, {"anthropic-ratelimit-input-tokens-reset", "2026-01-31T08:00:10Z"},
                {"anthropic-ratelimit-output-tokens-remaining", "50"}, {"anthropic-ratelimit-output-tokens-reset", "2026-01-31T08:00:20Z"}}, kNow, kWall);
  EXPECT_FALSE(limits.admit({900, 50}, kNow));
  EXPECT_EQ(limits.admit({200, 0}, kNow), kNow + 10s);
  EXPECT_EQ(limits.admit({200, 1}, kNow), kNow + 20s);
  EXPECT_EQ(limits.admit({200, 1}, kNow + 10s), kNow + 20s);
  EXPECT_FALSE(limits.admit({200, 1}, kNow + 20s));
}

TEST(Limits, ACallLargerThanTheWholeLimitWaitsForAllOfItAndGoes) {
  RateLimits limits;
  const Headers full{{"x-ratelimit-limit-tokens", "1000"}, {"x-ratelimit-remaining-tokens", "1000"}, {"x-ratelimit-reset-tokens", "1h"}};
  limits.learn(full, kNow, kWall);
  EXPECT_FALSE(limits.admit({5000, 5000}, kNow));
  EXPECT_TRUE(limits.admit({1, 0}, kNow));
}

TEST(Limits, NonsenseInHeadersIsNoLimit) {
  RateLimits limits;
  for (auto [left, reset] : {std::pair{"-1", "1s"}, {"0", "soon"}, {"0x0", "1s"}, {"", "1s"}, {"0", "nan"}, {"1e3", "1s"}, {"0", "2026-99-99T00:00:00Z"}})
    limits.learn({{"x-ratelimit-remaining-requests", left}, {"x-ratelimit-reset-requests", reset}}, kNow, kWall);
  limits.learn({{"x-ratelimit-remaining-requests", "0"}}, kNow, kWall);
  limits.learn({{"anthropic-ratelimit-requests-remaining", "0"}, {"anthropic-ratelimit-requests-reset", "2020-01-01T00:00:00Z"}}, kNow, kWall);
  EXPECT_FALSE(limits.admit({UINT64_MAX, UINT64_MAX}, kNow));
  limits.learn({{"anthropic-ratelimit-requests-remaining", "0"}, {"anthropic-ratelimit-requests-reset", "9999-01-01T00:00:00Z"}}, kNow, kWall);
  EXPECT_EQ(limits.admit({1, 1}, kNow), kNow + 24h);
}

TEST(Limits, NoCallGoesBeforeTheEndpointWantsThemBack) {
  RateLimits limits;
  limits.hold_until(kNow + 5s);
  limits.hold_until(kNow + 3s);
  EXPECT_EQ(limits.admit({1, 1}, kNow + 4s), kNow + 5s);
  EXPECT_FALSE(limits.admit({1, 1}, kNow + 5s));
}

}  // namespace
}  // namespace assay::evolve
