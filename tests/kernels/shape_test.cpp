// Bytes of a shape, and shapes as JSON: one text for one shape.

#include <gtest/gtest.h>

#include <cstdint>

#include "kernels/shape_json.h"
#include "kernels/task.h"
#include "kernels/worker/bench.h"
#include "tests/kernels/small_cpu.h"

namespace assay::kernels {
namespace {

/// 16 experts, all of which each of 256 tokens goes to: 512 KiB of tokens, 4 MiB of weights, 1 MiB of results.
const Json kAllExperts{{"experts", 16}, {"top_k", 16}, {"tokens", 256}, {"n", 128}, {"k", 1024}};
constexpr double kBytes = 2.0 * (256 * 1024 + 16 * 128 * 1024 + 256 * 16 * 128);

TEST(LeastBytes, CountATokenOnceHoweverManyExpertsReadIt) {
  const moe_select::Shape shape = shape_from<moe_select::Shape>(kAllExperts).value();
  EXPECT_EQ(kBytes, 5.5 * (1 << 20));
  EXPECT_EQ(moe_select::least_bytes(shape), kBytes);
  DeviceFacts only_bytes;
  only_bytes.bandwidth_gb_s = 1;
  only_bytes.bf16_tflops = 1e30;
  EXPECT_DOUBLE_EQ(floor_us(Task::moe_select, to_json(shape), only_bytes), kBytes / 1000);
}

TEST(LeastBytes, CountNoExpertThatHasNoRows) {
  moe_select::Shape shape{.experts = 8, .top_k = 1, .tokens = 2, .n = 128, .k = 64, .skew = moe_select::Skew::even};
  EXPECT_EQ(moe_select::least_bytes(shape), 2.0 * (2 * 64 + 2 * 128 * 64 + 2 * 128));
}

TEST(Bench, HasSetsThatTogetherAreFiveTimesTheCacheHoweverOftenBytesAreRead) {
  worker::SmallCpu device;  // two threads
  device.set_l2_bytes(4 << 20);
  const Json shape = canonical_shape(Task::moe_select, kAllExperts).value();
  const auto workload = worker::make_workload(Task::moe_select, shape, 7, {}, 2);
  const std::uint32_t actions[] = {0};
  const auto sets = [&](double least_bytes) { return worker::Bench::make(device, *workload, actions, least_bytes, 7).value()->sets(); };
  EXPECT_EQ(sets(kBytes), 4u) << "20 MiB of 5.5 MiB each";
  EXPECT_EQ(sets(10 * kBytes), 4u) << "more than there is to read and write is not believed";
  EXPECT_EQ(sets(kBytes / 2), 8u);
}

template <class Shape>
std::uint64_t seed_read(const Json& json) {
  return shape_from<Shape>(json).value().seed;
}

TEST(ShapeJson, ASeedWithoutEffectIsNoPartOfAShape) {
  for (const Json& json : {Json{{"raggedness", "even"}, {"sequences", 9}}, Json{{"raggedness", "zipf"}, {"sequences", 1}}, Json{{"raggedness", "one_long"}, {"sequences", 1}},
                           Json{{"raggedness", "linear"}, {"sequences", 9}, {"length", 1}}}) {
    Json other = json;
    other["seed"] = 5;
    EXPECT_EQ(seed_read<decode_split::Shape>(other), 0u) << other;
    EXPECT_EQ(canonical_shape(Task::decode_split, other), canonical_shape(Task::decode_split, json)) << other;
    auto shape = shape_from<decode_split::Shape>(json).value(), seeded = shape;
    seeded.seed = 5;
    EXPECT_EQ(lengths(shape), lengths(seeded)) << json;
    EXPECT_EQ(to_json(seeded)["seed"], 0) << json;
  }
  for (const Json& json : {Json{{"skew", "even"}, {"seed", 5}}, Json{{"skew", "hot"}, {"experts", 1}, {"top_k", 1}, {"seed", 5}}}) {
    EXPECT_EQ(seed_read<moe_select::Shape>(json), 0u) << json;
    auto shape = shape_from<moe_select::Shape>(json).value(), seeded = shape;
    seeded.seed = 5;
    EXPECT_EQ(routing(shape), routing(seeded)) << json;
    EXPECT_EQ(to_json(seeded)["seed"], 0) << json;
  }
}

TEST(ShapeJson, ASeedThatMakesAnotherShapeIsKept) {
  for (const char* raggedness : {"linear", "zipf", "one_long"}) {
    const Json json{{"raggedness", raggedness}, {"sequences", 9}, {"seed", 5}};
    const auto shape = shape_from<decode_split::Shape>(json).value();
    EXPECT_EQ(shape.seed, 5u);
    EXPECT_EQ(to_json(shape)["seed"], 5);
    auto unseeded = shape;
    unseeded.seed = 0;
    EXPECT_NE(lengths(shape), lengths(unseeded)) << raggedness;
  }
  for (const char* skew : {"random", "zipf", "hot"}) {
    const Json json{{"skew", skew}, {"seed", 5}};
    const auto shape = shape_from<moe_select::Shape>(json).value();
    EXPECT_EQ(to_json(shape)["seed"], 5);
    auto unseeded = shape;
    unseeded.seed = 0;
    EXPECT_NE(routing(shape), routing(unseeded)) << skew;
  }
}

}  // namespace
}  // namespace assay::kernels
