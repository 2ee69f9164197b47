// The kernel on a device against fp64 and, where there is none, how a launch fails.
#include <gtest/gtest.h>

#if ASSAY_CUDA

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "kernels/common/compare.h"
#include "kernels/decode_split/launch.h"
#include "kernels/decode_split/plan.h"
#include "kernels/decode_split/problem.h"
#include "tests/kernels/on_device.h"

namespace assay::kernels::decode_split {
namespace {

void expect_right_on_device(const Shape& shape) {
  const auto inputs = make_inputs(shape, 7);
  const auto expected = reference(shape, inputs);
  const OnDevice q(inputs.q), k(inputs.k), v(inputs.v);
  std::set<int> tried;
  for (int splits = 1; splits <= kMostSplits; ++splits) {
    if (!tried.insert(canonical_splits(blocks_of(shape.length), splits)).second) continue;
    SCOPED_TRACE(std::to_string(shape.heads_q) + " heads, length " + std::to_string(shape.length) + ", " + std::to_string(splits) + " splits");
    const auto planned = plan(shape, splits);
    Arguments a = sizes(shape, planned);
    const OnDevice work(planned.work);
    const OnDevice merges(planned.merges);
    const OnDevice out(std::vector<Bf16>(query_count(shape), kBf16NaN));
    const OnDevice partial_out(std::vector<std::uint32_t>(partial_out_bytes(shape, planned) / 4, 0xffffffffu));
    const OnDevice partial_lse(std::vector<std::uint32_t>(partial_lse_bytes(shape, planned) / 4, 0xffffffffu));
    const OnDevice writes(std::vector<std::uint32_t>(row_count(shape), 0));
    const OnDevice partial_writes(std::vector<std::uint32_t>(static_cast<std::size_t>(planned.slots * shape.heads_q), 0));
    a.q = q.data(), a.k = k.data(), a.v = v.data(), a.work = work.data(), a.merges = merges.data(), a.out = out.data();
    a.partial_out = reinterpret_cast<float*>(partial_out.data()), a.partial_lse = reinterpret_cast<float*>(partial_lse.data());
    a.writes = writes.data(), a.partial_writes = partial_writes.data();
    ASSERT_EQ(launch(a, splits, nullptr), cudaSuccess);
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    const auto error = compare(out.back(), expected, static_cast<std::size_t>(shape.head_dim));
    EXPECT_TRUE(error.within(kRelativeTolerance, kWorstTolerance)) << error.relative_error << " " << error.worst_error;
    EXPECT_EQ(writes.back(), std::vector<std::uint32_t>(row_count(shape), 1));
    EXPECT_EQ(partial_writes.back(), std::vector<std::uint32_t>(static_cast<std::size_t>(planned.slots * shape.heads_q), 1));
  }
}

TEST(DecodeSplitDevice, EveryPartitionGivesTheReferencesOutput) {
  if (const auto why = no_device(); !why.empty()) GTEST_SKIP() << why;
  for (int dim : {64, 128})
    for (int group : {1, 5, 16, 17, 40})
      for (int length : {1, 64, 127, 1000}) expect_right_on_device({.heads_q = 2 * group, .heads_kv = 2, .head_dim = dim, .sequences = 3, .length = length, .raggedness = Raggedness::zipf});
}

TEST(DecodeSplitDevice, WithoutADriverALaunchSaysSo) {
  if (no_device().empty()) GTEST_SKIP() << "there is a device";
  const Shape shape{.heads_q = 4, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 64};
  EXPECT_NE(launch(sizes(shape, plan(shape, 1)), 1, nullptr), cudaSuccess);
}

TEST(DecodeSplitDevice, AnotherActionThanThePlannedOneIsRefused) {
  const Shape shape{.heads_q = 4, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 640};
  EXPECT_EQ(launch(sizes(shape, plan(shape, 2)), 3, nullptr), cudaErrorInvalidValue);
}

}  // namespace
}  // namespace assay::kernels::decode_split

#else

TEST(DecodeSplitDevice, EveryPartitionGivesTheReferencesOutput) { GTEST_SKIP() << "built without CUDA (cmake --preset cuda)"; }

#endif
