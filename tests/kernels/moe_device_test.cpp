// Every variant of the grouped product on a device against fp64 and, where there is none, how a launch fails.

#include <gtest/gtest.h>

#if ASSAY_CUDA

#include "kernels/common/compare.h"
#include "kernels/moe_select/launch.h"
#include "kernels/moe_select/plan.h"
#include "kernels/moe_select/problem.h"
#include "tests/kernels/on_device.h"

namespace assay::kernels::moe_select {
namespace {

void expect_right_on_device(const Shape& shape) {
  const Inputs inputs = make_inputs(shape, 3);
  const Plan made = plan(shape);
  const auto expected = reference(shape, inputs);
  const OnDevice x(inputs.x), weights(inputs.weights);
  const OnDevice tokens(made.row_token);
  const OnDevice lists(made.lists);
  for (int action = 0; action < kVariantCount; ++action) {
    const OnDevice out(std::vector<Bf16>(expected.size(), kBf16NaN));
    const OnDevice writes(std::vector<std::uint32_t>(expected.size() / kCountedColumns, 0));
    Arguments a = sizes(shape, made);
    a.x = x.data(), a.weights = weights.data(), a.row_token = tokens.data(), a.lists = lists.data(), a.out = out.data(), a.writes = writes.data();
    ASSERT_EQ(launch(a, action, nullptr), cudaSuccess) << action;
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess) << action;
    const auto error = compare(out.back(), expected, row_width(shape));
    EXPECT_TRUE(error.within(kRelativeTolerance, kWorstTolerance)) << action << ": " << error.relative_error << ", " << error.worst_error;
    EXPECT_EQ(writes.back(), std::vector<std::uint32_t>(expected.size() / kCountedColumns, 1)) << action;
  }
}

TEST(MoeDevice, EveryVariantGivesTheReferencesOutput) {
  if (const auto why = no_device(); !why.empty()) GTEST_SKIP() << why;
  for (Skew skew : {Skew::even, Skew::random, Skew::zipf, Skew::hot})
    for (int tokens : {1, 17, 300}) expect_right_on_device({.experts = 8, .top_k = 2, .tokens = tokens, .n = 256, .k = 448, .skew = skew, .seed = 5});
}

TEST(MoeDevice, WithoutADriverALaunchSaysSo) {
  if (no_device().empty()) GTEST_SKIP() << "there is a device";
  const Shape shape{.experts = 2, .top_k = 1, .tokens = 4, .n = 128, .k = 64};
  const Arguments a = sizes(shape, plan(shape));
  for (int action = 0; action < kVariantCount; ++action) EXPECT_NE(launch(a, action, nullptr), cudaSuccess) << action;
  for (int action : {-1, kVariantCount}) EXPECT_EQ(launch(a, action, nullptr), cudaErrorInvalidValue) << action;
}

}  // namespace
}  // namespace assay::kernels::moe_select

#else

TEST(MoeDevice, EveryVariantGivesTheReferencesOutput) { GTEST_SKIP() << "built without CUDA (cmake --preset cuda)"; }

#endif
