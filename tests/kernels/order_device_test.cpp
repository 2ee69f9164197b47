// The ordered kernels on a device against fp64 and, where there is none, how a launch fails.

#include <gtest/gtest.h>

#if ASSAY_CUDA

#include "tests/kernels/on_device.h"
#include "tests/kernels/ordered.h"

namespace assay::kernels::tile_order {
namespace {

/// The device's result, as if the twin had computed it.
Ordered run_on_device(const Shape& shape, const std::vector<std::uint32_t>& order) {
  const std::size_t out_count = row_count(shape) * row_width(shape), counters = static_cast<std::size_t>(grid(shape).tiles());
  const Inputs inputs = make_inputs(shape, 7);
  const OnDevice q(inputs.q), k(inputs.k), v(inputs.v), left(inputs.a), right(inputs.b), out(std::vector<Bf16>(out_count, kBf16NaN));
  const OnDevice codes_there(order), writes(std::vector<std::uint32_t>(counters, 0)), strays(std::vector<std::uint32_t>{0});
  return run_ordered(shape, order, [&](const Arguments& host) -> std::vector<std::string> {
    Arguments a = host;
    a.q = q.data(), a.k = k.data(), a.v = v.data(), a.a = left.data(), a.b = right.data();
    a.out = out.data(), a.order = codes_there.data(), a.writes = writes.data(), a.strays = strays.data();
    if (const int error = launch(a, shape.kernel, nullptr); error != cudaSuccess) return {cudaGetErrorString(static_cast<cudaError_t>(error))};
    if (const auto error = cudaDeviceSynchronize(); error != cudaSuccess) return {cudaGetErrorString(error)};
    std::ranges::copy(out.back(), host.out);
    std::ranges::copy(writes.back(), host.writes);
    *host.strays = strays.back()[0];
    return {};
  });
}

void expect_right_on_device(const Shape& shape) {
  for (const Order& order : kOrders) {
    const Ordered result = run_on_device(shape, codes(grid(shape), order.tile));
    EXPECT_EQ(result.findings, std::vector<std::string>{});
    EXPECT_TRUE(result.agrees() && result.once()) << order.name << ": " << result.comparison.relative_error << ", " << result.comparison.worst_error;
  }
}

TEST(OrderDevice, EveryOrderGivesTheReferencesOutput) {
  if (const auto why = no_device(); !why.empty()) GTEST_SKIP() << why;
  for (int length : {1, 63, 64, 127, 128, 129, 300, 1000})
    for (int group : {1, 4}) expect_right_on_device(prefill_of(length, 2 * group, 2, 2));
  for (const Shape& shape : {gemm_of(8, 8, 64), gemm_of(136, 120, 128), gemm_of(264, 1160, 320), gemm_of(1024, 1024, 1024)}) expect_right_on_device(shape);
}

TEST(OrderDevice, AnOrderThatIsNoBijectionShowsInTheCounts) {
  if (const auto why = no_device(); !why.empty()) GTEST_SKIP() << why;
  const Ordered result = run_on_device(gemm_of(256, 256, 64), {0, 1, 1, 0xffffffffu});
  EXPECT_EQ(result.findings, std::vector<std::string>{});
  EXPECT_EQ(result.writes, (std::vector<std::uint32_t>{1, 2, 0, 0}));
  EXPECT_EQ(result.strays, 1u);
}

TEST(OrderDevice, WithoutADriverALaunchSaysSo) {
  if (no_device().empty()) GTEST_SKIP() << "there is a device";
  const std::uint32_t order = 0;
  std::uint32_t strays = 0;
  Arguments a = sizes(gemm_of(8, 8, 64));
  EXPECT_EQ(launch(a, Kernel::gemm, nullptr), cudaErrorInvalidValue) << "no order";
  a.order = &order, a.strays = &strays;
  EXPECT_NE(launch(a, Kernel::gemm, nullptr), cudaSuccess);
}

}  // namespace
}  // namespace assay::kernels::tile_order

#else

TEST(OrderDevice, EveryOrderGivesTheReferencesOutput) { GTEST_SKIP() << "built without CUDA (cmake --preset cuda)"; }

#endif
