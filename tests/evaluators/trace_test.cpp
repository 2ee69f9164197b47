#include "evaluators/cache/trace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_builder.h"
#include "evaluators/cache/trace_image.h"

namespace assay::evaluators::cache {
namespace {

Trace built(std::initializer_list<std::pair<int, int>> requests) {
  TraceBuilder builder(false);
  for (auto [id, size] : requests) EXPECT_TRUE(builder.add(static_cast<std::uint64_t>(id), size, std::nullopt));
  return std::move(builder).finish().value();
}

TEST(Trace, IdsAreDenseInOrderOfFirstAppearance) {
  Trace trace = built({{900, 1}, {7, 2}, {900, 1}, {8, 3}, {7, 2}});
  EXPECT_EQ(trace.ids, (std::vector<std::uint32_t>{0, 1, 0, 2, 1}));
  EXPECT_EQ(trace.labels, (std::vector<std::uint64_t>{900, 7, 8}));
  EXPECT_EQ(trace.sizes, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_TRUE(trace.request_sizes.empty());
  EXPECT_EQ(trace.requested_bytes, 9u);
  EXPECT_EQ(trace.working_set_bytes, 6u);
}

TEST(Trace, SizesThatVaryAreKeptPerRequest) {
  Trace trace = built({{1, 10}, {2, 20}, {1, 11}, {2, 20}});
  EXPECT_EQ(trace.request_sizes, (std::vector<std::uint64_t>{10, 20, 11, 20}));
  EXPECT_EQ(trace.working_set_bytes, 30u);
  EXPECT_EQ(trace.requested_bytes, 61u);
}

TEST(Trace, RequestsOfSizeZeroAreSkippedAndCounted) {
  Trace trace = built({{1, 0}, {2, 5}, {1, 0}});
  EXPECT_EQ(trace.requests(), 1u);
  EXPECT_EQ(trace.skipped, 2u);
}

TEST(Trace, ManyIdsKeepApart) {
  TraceBuilder builder(false);
  for (std::uint64_t i = 0; i < 300'000; ++i) ASSERT_TRUE(builder.add(i * 4096, 1, std::nullopt));
  for (std::uint64_t i = 0; i < 300'000; ++i) ASSERT_TRUE(builder.add(i * 4096, 1, std::nullopt));
  Trace trace = std::move(builder).finish().value();
  EXPECT_EQ(trace.objects(), 300'000u);
  EXPECT_EQ(trace.ids[300'000], 0u);
}

TEST(Trace, AWindowIsRenumberedAnew) {
  Trace trace = built({{1, 1}, {2, 2}, {3, 3}, {2, 2}});
  Trace half = window(trace, 0.5, 1).value();
  EXPECT_EQ(half.ids, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(half.labels, (std::vector<std::uint64_t>{3, 2}));
  EXPECT_EQ(half.working_set_bytes, 5u);
  EXPECT_EQ(window(trace, 0, 1)->digest, trace.digest);
}

TEST(Trace, WindowsSideBySideCoverTheTraceOnce) {
  Trace trace = synthetic_trace("loop").value();
  std::uint64_t sum = 0;
  for (auto [from, to] : {std::pair{0.0, 0.6}, {0.6, 0.8}, {0.8, 1.0}}) sum += window(trace, from, to)->requests();
  EXPECT_EQ(sum, trace.requests());
}

TEST(Trace, AWindowOutsideTheTraceIsAnError) {
  Trace trace = built({{1, 1}, {2, 2}});
  for (auto [from, to] : {std::pair{-0.1, 0.5}, {0.5, 1.1}, {0.5, 0.5}, {0.7, 0.2}, {0.0, 0.1}})
    EXPECT_FALSE(window(trace, from, to)) << from << ".." << to;
}

TEST(Trace, AWindowTakesSizesAtItsOwnFirstSight) {
  Trace part = window(built({{1, 10}, {2, 1}, {1, 12}, {1, 10}}), 0.5, 1).value();
  EXPECT_EQ(part.sizes, std::vector<std::uint64_t>{12});
  EXPECT_EQ(part.request_sizes, (std::vector<std::uint64_t>{12, 10}));
}

TEST(Trace, NextAccessPointsForward) {
  EXPECT_EQ(next_access(built({{1, 1}, {2, 1}, {1, 1}, {1, 1}})), (std::vector<std::uint32_t>{2, kNever, 3, kNever}));
}

TEST(Trace, TheDigestIsOfTheContent) {
  EXPECT_EQ(built({{1, 1}, {2, 2}}).digest, built({{1, 1}, {2, 2}}).digest);
  EXPECT_NE(built({{1, 1}, {2, 2}}).digest, built({{1, 1}, {2, 3}}).digest);
  EXPECT_NE(built({{1, 1}, {2, 2}}).digest, built({{1, 1}, {1, 1}}).digest);
}

TEST(Trace, TheImageHoldsWhatTheTraceHolds) {
  Trace trace = built({{1, 10}, {2, 20}, {1, 11}});
  auto shared = share(trace).value();
  auto mapped = Mapping::shared(shared.fd.get(), shared.bytes, false).value();
  auto image = reinterpret_cast<const TraceImage*>(mapped.bytes().data());
  EXPECT_EQ(image->magic, kTraceImageMagic);
  EXPECT_EQ(image->requests, 3u);
  EXPECT_EQ(image->objects, 2u);
  EXPECT_EQ(image->image_bytes, shared.bytes);
  EXPECT_EQ(image->times_offset, 0u);
  EXPECT_EQ(image->labels_offset, 0u);
  EXPECT_EQ(trace_ids(image)[2], 0u);
  EXPECT_EQ(trace_sizes(image)[1], 20u);
  ASSERT_NE(trace_request_sizes(image), nullptr);
  EXPECT_EQ(trace_request_sizes(image)[2], 11u);
}

TEST(Trace, CapacityIsAnAmountOrAShareRoundedDown) {
  Trace trace = built({{1, 10}, {2, 20}, {3, 30}});
  EXPECT_EQ(resolve({Unit::objects, 7, std::nullopt}, trace).value(), 7u);
  EXPECT_EQ(resolve({Unit::objects, std::nullopt, 0.5}, trace).value(), 1u);
  EXPECT_EQ(resolve({Unit::bytes, std::nullopt, 0.5}, trace).value(), 30u);
}

TEST(Trace, ACapacityThatMeansNothingIsAnError) {
  Trace trace = built({{1, 10}, {2, 20}});
  EXPECT_FALSE(resolve({Unit::objects, std::nullopt, std::nullopt}, trace));
  EXPECT_FALSE(resolve({Unit::objects, 1, 0.5}, trace));
  EXPECT_FALSE(resolve({Unit::objects, std::nullopt, 0.1}, trace)) << "rounds to 0";
  EXPECT_FALSE(resolve({Unit::objects, 0, std::nullopt}, trace));
  EXPECT_FALSE(resolve({Unit::objects, std::nullopt, 1.5}, trace));
  EXPECT_FALSE(resolve({Unit::objects, std::nullopt, std::nan("")}, trace));
}

TEST(Trace, StatsSayWhatIsThere) {
  TraceStats s = stats(built({{1, 10}, {2, 20}, {1, 10}, {3, 60}}));
  EXPECT_EQ(s.requests, 4u);
  EXPECT_EQ(s.objects, 3u);
  EXPECT_EQ(s.requested_bytes, 100u);
  EXPECT_EQ(s.working_set_bytes, 90u);
  EXPECT_EQ(s.smallest_bytes, 10u);
  EXPECT_EQ(s.largest_bytes, 60u);
  EXPECT_DOUBLE_EQ(s.one_hit_share, 2.0 / 3);
  EXPECT_DOUBLE_EQ(s.compulsory_miss_ratio, 0.75);
  EXPECT_DOUBLE_EQ(s.top_percent_share, 0.5);
  EXPECT_FALSE(s.first_time);
}

TEST(Synthetic, TheFourTracesAreTheOnesOfTheFigures) {
  struct {
    std::string_view name;
    std::uint64_t requests, objects, bytes;
  } expected[] = {
      {"zipf", 200000, 18501, 6263376658},
      {"scan_mix", 150000, 29000, 4797811944},
      {"loop", 60000, 3492, 1975833182},
      {"phases", 120000, 19522, 3895865368},
  };
  for (const auto& e : expected) {
    TraceStats s = stats(synthetic_trace(e.name).value());
    EXPECT_EQ(s.requests, e.requests) << e.name;
    EXPECT_EQ(s.objects, e.objects) << e.name;
    EXPECT_EQ(s.requested_bytes, e.bytes) << e.name;
  }
}

TEST(Synthetic, AnUnknownNameListsTheKnownOnes) {
  auto trace = synthetic_trace("zip");
  ASSERT_FALSE(trace);
  EXPECT_NE(trace.error().what.find("scan_mix"), std::string::npos);
}

}  // namespace
}  // namespace assay::evaluators::cache
