#include "evaluators/cache/scorer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "evaluators/cache/driver/common.h"
#include "trace_making.h"

namespace assay::evaluators::cache {
namespace {

using assay_driver::kReject;
using Words = std::vector<std::uint32_t>;

std::vector<std::byte> bytes_of(const Words& words) {
  std::vector<std::byte> bytes(words.size() * 4);
  if (!words.empty()) std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

Attempt<Counts> replay(const Trace& trace, std::uint64_t capacity, const Words& words, Unit unit = Unit::objects) {
  return replay_decisions(trace, capacity, unit, bytes_of(words));
}

void expect_broken(const Attempt<Counts>& counts, const std::string& request) {
  ASSERT_FALSE(counts.has_value());
  EXPECT_EQ(counts.error().kind, OutcomeKind::protocol_violation);
  EXPECT_TRUE(counts.error().detail.starts_with("request " + request + ":")) << counts.error().detail;
}

// Requests 0 1 2 0 3, two places.
const Trace kTrace = trace_of({0, 1, 2, 0, 3});

TEST(Scorer, CountsWhatTheDecisionsLeadTo) {
  const auto counts = replay(kTrace, 2, {1, 2});
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(*counts, (Counts{.requests = 5, .misses = 4, .bytes = 5, .missed_bytes = 4}));
}

TEST(Scorer, TellsWhomAPolicyEvicts) {
  // 0 1 0 2 3 0: two places. 2 takes the place of 1 (never hit, two requests ago), 3 that of 0 (hit, two ago), 0 is kept out.
  const auto replayed = replay_decisions(trace_of({0, 1, 0, 2, 3, 0}), 2, Unit::objects, bytes_of({1, 0, 0 | kReject}));
  ASSERT_TRUE(replayed.has_value());
  EXPECT_EQ(replayed->behaviour, (Behaviour{.evictions = 2, .unused = 1, .idle = 4, .residents = 4, .rejected = 1}));
  EXPECT_EQ(replayed->behaviour.unused_share(), 0.5);
  EXPECT_EQ(replayed->behaviour.idle_age(), 1.0);
}

TEST(Scorer, AnObjectThatComesBackHasNotBeenHitYet) {
  // 0 is hit, evicted, comes back and is evicted unused.
  const auto replayed = replay_decisions(trace_of({0, 0, 1, 0, 2}), 1, Unit::objects, bytes_of({0, 1, 0}));
  ASSERT_TRUE(replayed.has_value());
  EXPECT_EQ(replayed->behaviour, (Behaviour{.evictions = 3, .unused = 2, .idle = 3, .residents = 3, .rejected = 0}));
}

TEST(Scorer, CountsObjectsAndNotBytesInTheCacheAtAnEviction) {
  const auto replayed = replay_decisions(trace_of({0, 1, 2}, {10, 20, 30}), 40, Unit::bytes, bytes_of({0, 1}));
  ASSERT_TRUE(replayed.has_value());
  EXPECT_EQ(replayed->behaviour, (Behaviour{.evictions = 2, .unused = 2, .idle = 3, .residents = 3, .rejected = 0}));
}

TEST(Scorer, APolicyThatNeverEvictsHasABehaviour) {
  const auto replayed = replay_decisions(kTrace, 100, Unit::objects, {});
  ASSERT_TRUE(replayed.has_value());
  EXPECT_EQ(replayed->behaviour.unused_share(), 0);
  EXPECT_EQ(replayed->behaviour.idle_age(), 0);
}

TEST(Scorer, AVictimThatIsNotInTheCacheIsNoVictim) { expect_broken(replay(kTrace, 2, {3, 2}), "2"); }
TEST(Scorer, AVictimIsEvictedOnce) { expect_broken(replay(kTrace, 2, {1, 1}), "4"); }
TEST(Scorer, AVictimThatDoesNotExistIsNoVictim) { expect_broken(replay(kTrace, 2, {4000000}), "2"); }
TEST(Scorer, TheRequestedObjectCannotBeItsOwnVictim) { expect_broken(replay(kTrace, 2, {2}), "2"); }
TEST(Scorer, TheDecisionsMayNotEndBeforeTheTrace) { expect_broken(replay(kTrace, 2, {1}), "4"); }
TEST(Scorer, NothingMayBeLeftAtTheEnd) { expect_broken(replay(kTrace, 2, {1, 2, 0}), "5"); }
TEST(Scorer, EvictingWithoutNeedIsLeftOver) { expect_broken(replay(kTrace, 100, {0}), "5"); }

TEST(Scorer, AnObjectMayBeRefusedInsteadOfMakingRoom) {
  const auto counts = replay(kTrace, 2, {2 | kReject, 3 | kReject});
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->misses, 4u);
}

TEST(Scorer, AnObjectMayBeRefusedWhereThereIsRoom) {
  const auto counts = replay(kTrace, 2, {0 | kReject});
  ASSERT_FALSE(counts.has_value());  // 0 is refused, 1 and 2 fill the cache, and 0 needs room at request 3
  EXPECT_TRUE(replay(kTrace, 2, {0 | kReject, 1, 2}).has_value());
}

TEST(Scorer, ARefusalAfterAnEvictionIsBroken) {
  // Object 2 needs two victims; it is refused after the first.
  expect_broken(replay(trace_of({0, 1, 2}, {4, 4, 5}), 8, {0, 2 | kReject}, Unit::bytes), "2");
}
TEST(Scorer, ARefusalOfAnotherObjectIsBroken) { expect_broken(replay(kTrace, 2, {3 | kReject, 1}), "2"); }

TEST(Scorer, AHalfWordIsBroken) {
  EXPECT_EQ(replay_decisions(kTrace, 2, Unit::objects, std::vector<std::byte>(7)).error().kind,
            OutcomeKind::protocol_violation);
}

TEST(Scorer, WordsNeedNotBeAligned) {
  std::vector<std::byte> bytes(1);
  const auto words = bytes_of({1, 2});
  bytes.insert(bytes.end(), words.begin(), words.end());
  EXPECT_TRUE(replay_decisions(kTrace, 2, Unit::objects, std::span(bytes).subspan(1)).has_value());
}

// Sizes 4 4 5 4 9; object 2 needs more than one victim in 8 bytes, object 3 does not fit at all.
const Trace kSized = trace_of({0, 1, 2, 0, 3}, {4, 4, 5, 4, 9});

TEST(Scorer, VictimsAreTakenUntilTheObjectFitsAndNoLonger) {
  const auto counts = replay(kSized, 8, {0, 1, 2}, Unit::bytes);
  ASSERT_TRUE(counts.has_value()) << counts.error().detail;
  EXPECT_EQ(*counts, (Counts{.requests = 5, .misses = 5, .bytes = 26, .missed_bytes = 26}));
  expect_broken(replay(kSized, 8, {0}, Unit::bytes), "2");
}

TEST(Scorer, AnObjectThatNeverFitsNeedsNoWord) {
  EXPECT_EQ(replay(trace_of({0, 0, 0}, {9, 9, 9}), 8, {}, Unit::bytes)->misses, 3u);
}

TEST(Scorer, TheSizeIsTheOneAtInsertion) {
  // Object 0 comes in with 2 bytes, and is hit with 8: it still occupies 2.
  const Trace trace = trace_of({0, 0, 1, 2}, {2, 8, 6, 2});
  const auto counts = replay(trace, 8, {0}, Unit::bytes);
  ASSERT_TRUE(counts.has_value()) << counts.error().detail;
  EXPECT_EQ(counts->missed_bytes, 10u);
  expect_broken(replay(trace, 8, {}, Unit::bytes), "3");
}

TEST(Scorer, NoTruncationOfAGoodStreamPasses) {
  const Words words = {1, 2};
  const auto bytes = bytes_of(words);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(replay_decisions(kTrace, 2, Unit::objects, std::span(bytes).first(length)).has_value());
}

TEST(Scorer, RandomWordsNeverPassUnlessTheyAreLegal) {
  // Every stream of up to three words over a small alphabet: the scorer accepts just those that a plain replay accepts.
  const Words alphabet = {0, 1, 2, 3, 4, 0 | kReject, 2 | kReject, 3 | kReject};
  std::size_t accepted = 0;
  for (auto a : alphabet)
    for (auto b : alphabet) {
      if (!replay(kTrace, 2, {a, b})) continue;
      ++accepted;
      const bool legal = (a == 0 && (b == 1 || b == 2)) || (a == 1 && (b == 0 || b == 2 || b == (3 | kReject))) ||
                         (a == (2 | kReject) && (b == 0 || b == 1 || b == (3 | kReject)));
      EXPECT_TRUE(legal) << std::hex << a << " " << b;
    }
  EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace assay::evaluators::cache
