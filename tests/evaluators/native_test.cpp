#include "evaluators/cache/native/native.h"

#include <gtest/gtest.h>

#include <random>

#include "evaluators/cache/synthetic.h"
#include "native_naive.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::string_view kNaive[] = {"fifo", "lru", "clock", "sieve", "lfu", "belady"};

/// `symbols` renumbered by first appearance; object sizes by symbol.
Trace small_trace(const std::vector<int>& symbols, const std::vector<std::uint64_t>& size_of) {
  Trace trace;
  std::vector<std::uint32_t> dense(size_of.size(), kNever);
  for (int symbol : symbols) {
    auto& id = dense[static_cast<std::size_t>(symbol)];
    if (id == kNever) {
      id = trace.objects();
      trace.sizes.push_back(size_of[static_cast<std::size_t>(symbol)]);
    }
    trace.ids.push_back(id);
    trace.requested_bytes += size_of[static_cast<std::size_t>(symbol)];
  }
  return trace;
}

/// Every string of length 1..`longest` over four symbols.
template <class Visit>
void for_all_small(std::size_t longest, const std::vector<std::uint64_t>& sizes, Visit visit) {
  for (std::size_t length = 1; length <= longest; ++length)
    for (std::uint32_t code = 0; code < (1u << (2 * length)); ++code) {
      std::vector<int> symbols(length);
      for (std::size_t i = 0; i < length; ++i) symbols[i] = static_cast<int>(code >> (2 * i) & 3);
      if (symbols[0] == 0) visit(small_trace(symbols, sizes));  // by symmetry of names, where sizes are equal
    }
}

Trace random_trace(std::mt19937& random, std::size_t length, int objects, std::uint64_t largest, bool vary) {
  std::vector<std::uint64_t> sizes;
  for (int i = 0; i < objects; ++i) sizes.push_back(1 + random() % largest);
  std::vector<int> symbols;
  for (std::size_t i = 0; i < length; ++i)
    symbols.push_back(static_cast<int>(std::min(random() % static_cast<unsigned>(objects), random() % static_cast<unsigned>(objects))));
  Trace trace = small_trace(symbols, sizes);
  if (vary)
    for (std::size_t i = 0; i < length; ++i) trace.request_sizes.push_back(1 + random() % largest);
  return sealed(std::move(trace));
}

std::uint64_t misses(std::string_view name, const Trace& trace, std::uint64_t capacity, Unit unit) {
  return run_native(name, trace, capacity, unit)->misses;
}

TEST(Native, AgreesWithTheTextbookOnAllSmallTraces) {
  for_all_small(7, {1, 1, 1, 1}, [](const Trace& trace) {
    for (std::uint64_t capacity = 1; capacity <= 3; ++capacity)
      for (auto name : kNaive)
        ASSERT_EQ(misses(name, trace, capacity, Unit::objects), Naive(name, trace, capacity, false).misses())
            << name << " capacity " << capacity << " trace " << testing::PrintToString(trace.ids);
  });
}

TEST(Native, AgreesWithTheTextbookOnAllSmallTracesWithSizes) {
  for_all_small(6, {2, 1, 3, 1}, [](const Trace& trace) {
    for (std::uint64_t capacity = 1; capacity <= 5; ++capacity)
      for (std::string_view name : {"fifo", "lru", "clock", "sieve", "lfu"})
        ASSERT_EQ(misses(name, trace, capacity, Unit::bytes), Naive(name, trace, capacity, true).misses())
            << name << " capacity " << capacity << " trace " << testing::PrintToString(trace.ids);
  });
}

TEST(Native, AgreesWithTheTextbookOnRandomTraces) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    Trace trace = random_trace(random, 400, 40, 9, round % 2 == 1);
    for (std::uint64_t capacity : {1, 2, 5, 13, 30})
      for (auto name : kNaive) {
        ASSERT_EQ(misses(name, trace, capacity, Unit::objects), Naive(name, trace, capacity, false).misses()) << name;
        // Among several that are never used again the order is free: Belady with sizes is not compared.
        if (name == "belady") continue;
        ASSERT_EQ(misses(name, trace, capacity, Unit::bytes), Naive(name, trace, capacity, true).misses()) << name;
      }
  }
}

/// All that insert on every miss, as MIN does. `beladysize` does not keep what is never asked for again, and may so win.
std::vector<std::string_view> bounded_by_belady() {
  auto names = native_names();
  std::erase(names, "beladysize");
  return names;
}

// A policy that counted a hit on an object that it no longer holds would be caught here.
TEST(Native, NoPolicyMissesLessThanBeladyOnAllSmallTraces) {
  auto names = bounded_by_belady();
  std::erase(names, "lhd");  // its model takes a millisecond to set up
  for_all_small(7, {1, 1, 1, 1}, [&](const Trace& trace) {
    for (std::uint64_t capacity = 1; capacity <= 3; ++capacity) {
      auto least = misses("belady", trace, capacity, Unit::objects);
      for (auto name : names)
        ASSERT_GE(misses(name, trace, capacity, Unit::objects), least)
            << name << " capacity " << capacity << " trace " << testing::PrintToString(trace.ids);
    }
  });
}

TEST(Native, NoPolicyMissesLessThanBeladyOnRandomTraces) {
  std::mt19937 random(11);
  for (int round = 0; round < 30; ++round) {
    Trace trace = random_trace(random, 2000, 60, 1, false);
    for (std::uint64_t capacity : {1, 2, 3, 4, 7, 20, 50, 200}) {
      auto least = misses("belady", trace, capacity, Unit::objects);
      for (auto name : bounded_by_belady())
        ASSERT_GE(misses(name, trace, capacity, Unit::objects), least) << name << " " << capacity;
    }
  }
}

TEST(Native, EveryPolicyEndsWhateverTheSizes) {
  std::mt19937 random(13);
  for (int round = 0; round < 20; ++round) {
    Trace trace = random_trace(random, 500, 30, round % 3 == 0 ? 1000 : 12, round % 2 == 0);
    for (std::uint64_t capacity : {1, 2, 3, 5, 10, 50, 100, 1000, 100000})
      for (auto name : native_names()) {
        auto counts = run_native(name, trace, capacity, Unit::bytes, static_cast<std::uint64_t>(round));
        ASSERT_TRUE(counts);
        EXPECT_EQ(counts->requests, trace.requests());
        EXPECT_EQ(counts->bytes, trace.requested_bytes);
        EXPECT_GE(counts->misses, trace.objects()) << name;
        EXPECT_LE(counts->misses, trace.requests()) << name;
        EXPECT_LE(counts->missed_bytes, counts->bytes) << name;
      }
  }
}

TEST(Native, MoreRoomNeverHurtsLruAndBelady) {
  Trace trace = zipf_trace(20'000, 1'000, 0.8, 5);
  for (std::string_view name : {"lru", "belady"}) {
    std::uint64_t before = trace.requests();
    for (std::uint64_t capacity = 1; capacity < 1'100; capacity = capacity * 5 / 4 + 1) {
      auto now = misses(name, trace, capacity, Unit::objects);
      EXPECT_LE(now, before) << name << " at " << capacity;
      before = now;
    }
    EXPECT_EQ(misses(name, trace, trace.objects(), Unit::objects), trace.objects()) << name << ": room for all";
  }
}

TEST(Native, TheSameSeedGivesTheSameCounts) {
  Trace trace = zipf_trace(20'000, 2'000, 0.9, 9);
  for (auto name : native_names())
    EXPECT_EQ(*run_native(name, trace, 100, Unit::objects, 3), *run_native(name, trace, 100, Unit::objects, 3)) << name;
  EXPECT_NE(*run_native("lhd", trace, 100, Unit::objects, 3), *run_native("lhd", trace, 100, Unit::objects, 4));
}

TEST(Native, AnObjectLargerThanTheCapacityEvictsNothing) {
  Trace trace = small_trace({0, 1, 2, 0, 1}, {1, 1, 10});
  for (std::string_view name : {"fifo", "lru", "clock", "sieve", "lfu", "lfuda", "gdsf", "arc"})
    EXPECT_EQ(misses(name, trace, 2, Unit::bytes), 3u) << name;
}

TEST(Native, SizeIsFixedAtInsertion) {
  // Object 0 comes in with 1 byte; its later 9 bytes neither grow it nor make the hit a miss.
  Trace trace = small_trace({0, 1, 0, 1}, {1, 1});
  trace.request_sizes = {1, 1, 9, 1};
  auto counts = run_native("lru", sealed(std::move(trace)), 2, Unit::bytes);
  EXPECT_EQ(counts->misses, 2u);
  EXPECT_EQ(counts->bytes, 12u);
  EXPECT_EQ(counts->missed_bytes, 2u);
}

TEST(Native, AnUnknownNameListsTheKnownOnes) {
  auto counts = run_native("lrv", small_trace({0}, {1}), 1, Unit::objects);
  ASSERT_FALSE(counts);
  EXPECT_NE(counts.error().what.find("s3fifo"), std::string::npos);
}

TEST(Native, NoCapacityIsAnError) { EXPECT_FALSE(run_native("lru", small_trace({0}, {1}), 0, Unit::objects)); }

}  // namespace
}  // namespace assay::evaluators::cache
