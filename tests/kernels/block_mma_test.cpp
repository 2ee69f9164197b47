// The tensor core's stand-in against a plain matrix product, and a product with swapped lanes that must differ.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/common/block.h"
#include "kernels/common/grid.h"
#include "kernels/common/math.h"
#include "kernels/common/matrix_unit.h"
#include "kernels/common/mma.h"

namespace assay::kernels {
namespace {

constexpr int kThreads = 64;

std::vector<Bf16> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<Bf16> all(count);
  for (auto& value : all) value = to_bf16(normal(random));
  return all;
}

/// How the operands are read: by hand in the layout of the PTX ISA, by ldmatrix, or with one mistake.
enum class How { by_hand, by_ldmatrix, swapped_lanes, untransposed };

/// Each warp: C (16 x 8) = A (16 x 16) * B (16 x 8); A and B row-major in global memory, one of each per warp.
template <How kHow, class Block>
void product(Block& block, const Bf16* a, const Bf16* b, float* c) {
  PerThread<Block, std::uint32_t, 4> left, right;
  PerThread<Block, Two, 2> sums;
  auto tiles = block.template shared<Bf16>(0, Block::kWarps * 512);
  block.each([&](int thread) {
    const int warp = thread / 32, lane = thread % 32, g = lane / 4, t = kHow == How::swapped_lanes ? (lane + 1) % 4 : lane % 4;
    auto at = [&](const Bf16* from, int columns, int row, int column) { return from[warp * 16 * columns + row * columns + column].bits; };
    for (int i = 0; i < 4; ++i) {
      const int row = g + 8 * (i % 2), column = 2 * t + 8 * (i / 2);
      left(thread, i) = at(a, 16, row, column) | std::uint32_t{at(a, 16, row, column + 1)} << 16;
    }
    const int q = lane % 4;
    for (int i = 0; i < 2; ++i)
      right(thread, i) = at(b, 8, 2 * q + 8 * i, g) | std::uint32_t{at(b, 8, 2 * q + 1 + 8 * i, g)} << 16;
    for (int i = 0; i < 2; ++i) sums(thread, i) = {0, 0};
    // In shared memory: A's 16 rows of 16, then B's 16 rows of 8, each row of 16 bytes.
    for (int i = lane; i < 256; i += 32) tiles.write(thread, warp * 512 + i, a[warp * 256 + i]);
    for (int i = lane; i < 128; i += 32) tiles.write(thread, warp * 512 + 256 + i, b[warp * 128 + i]);
  });
  block.sync();
  if constexpr (kHow == How::by_ldmatrix || kHow == How::untransposed) {
    load_matrix_x4<false>(block, left, 0, tiles, [](int thread) { return thread / 32 * 512 + thread % 16 * 16 + thread % 32 / 16 * 8; });
    load_matrix_x4<kHow == How::by_ldmatrix>(block, right, 0, tiles, [](int thread) { return thread / 32 * 512 + 256 + thread % 16 * 8; });
  }
  mma_16816(block, sums, 0, left, 0, right, 0);
  mma_16816(block, sums, 0, left, 0, right, 0);  // it accumulates
  block.each([&](int thread) {
    const int warp = thread / 32, g = thread % 32 / 4, t = thread % 4;
    for (int i = 0; i < 2; ++i) {
      c[warp * 128 + (g + 8 * i) * 8 + 2 * t] = sums(thread, i).x;
      c[warp * 128 + (g + 8 * i) * 8 + 2 * t + 1] = sums(thread, i).y;
    }
  });
}

template <How kHow>
double error(Twin mode) {
  const auto a = random_values(512, 1), b = random_values(256, 2);
  std::vector<float> c(256);
  EXPECT_TRUE(run_grid<kThreads>(1, 2048, 1, mode, {}, [&](auto& block) { product<kHow>(block, a.data(), b.data(), c.data()); }).empty());
  double worst = 0;
  for (int warp = 0; warp < 2; ++warp)
    for (int row = 0; row < 16; ++row)
      for (int column = 0; column < 8; ++column) {
        double sum = 0;
        for (int k = 0; k < 16; ++k)
          sum += 2.0 * to_float(a[static_cast<std::size_t>(warp * 256 + row * 16 + k)]) * to_float(b[static_cast<std::size_t>(warp * 128 + k * 8 + column)]);
        worst = std::max(worst, std::abs(sum - c[static_cast<std::size_t>(warp * 128 + row * 8 + column)]));
      }
  return worst;
}

TEST(Mma, IsTheMatrixProductInTheLayoutsOfThePtxIsa) {
  for (Twin mode : {Twin::fast, Twin::checked}) {
    EXPECT_LT(error<How::by_hand>(mode), 1e-4);
    EXPECT_LT(error<How::by_ldmatrix>(mode), 1e-4);
  }
}

TEST(Mma, SwappedLanesOrAMissingTransposeShow) {
  for (Twin mode : {Twin::fast, Twin::checked}) {
    EXPECT_GT(error<How::swapped_lanes>(mode), 0.1);
    EXPECT_GT(error<How::untransposed>(mode), 0.1);
  }
}

TEST(Mma, EveryInstructionSetGivesTheSameProduct) {
  const auto a = random_values(256, 3), b = random_values(128, 4);
  std::vector<std::uint32_t> left(128), right(64);
  std::memcpy(left.data(), a.data(), 512);
  std::memcpy(right.data(), b.data(), 256);
  std::vector<float> expected(128, 0.25f);
  matrix_units().front().multiply_add(expected.data(), left.data(), right.data());
  for (const auto& unit : matrix_units()) {
    std::vector<float> c(128, 0.25f);
    unit.multiply_add(c.data(), left.data(), right.data());
    for (std::size_t i = 0; i < c.size(); ++i) EXPECT_NEAR(c[i], expected[i], 1e-5) << unit.name << " " << i;
  }
}

TEST(Math, TwoToThePowerOfXIsCloseEverywhere) {
  for (float x = -126; x < 127.5f; x += 0.0137f) EXPECT_NEAR(exp2_fast(x) / std::exp2(static_cast<double>(x)), 1.0, 0x1p-22) << x;
  for (float x : {-126.0f, -1.5f, -1.0f, -0.5f, 0.0f, 0.5f, 1.0f, 2.5f}) EXPECT_NEAR(exp2_fast(x) / std::exp2(static_cast<double>(x)), 1.0, 0x1p-22) << x;
  EXPECT_EQ(exp2_fast(0), 1);
  EXPECT_EQ(exp2_fast(-std::numeric_limits<float>::infinity()), 0);
  EXPECT_EQ(exp2_fast(-1000), 0);
  EXPECT_EQ(exp2_fast(128), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(exp2_fast(std::nanf(""))));
}

TEST(Bf16, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(to_bf16(1.0f).bits, 0x3f80);
  EXPECT_EQ(to_bf16(1.0f + 0x1p-8f).bits, 0x3f80) << "a tie goes to the even one below";
  EXPECT_EQ(to_bf16(1.0f + 0x3p-8f).bits, 0x3f82) << "and to the even one above";
  EXPECT_EQ(to_bf16(1.0f + 0x1.01p-8f).bits, 0x3f81);
  EXPECT_EQ(to_bf16(-std::numeric_limits<float>::infinity()).bits, 0xff80);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::max()).bits, 0x7f80);
  EXPECT_TRUE(std::isnan(to_float(to_bf16(std::nanf("")))));
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const Bf16 value{static_cast<std::uint16_t>(bits)};
    if (!std::isnan(to_float(value))) {
      EXPECT_EQ(to_bf16(to_float(value)), value);
    }
  }
}

}  // namespace
}  // namespace assay::kernels
