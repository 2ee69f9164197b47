#include "kernels/common/matrix_unit.h"

#include <cstring>

namespace assay::kernels {
namespace {

using Row = float __attribute__((vector_size(32)));
using Words = std::uint32_t __attribute__((vector_size(32)));

/// Two bf16 of each word as floats: the lower halves, and the upper ones.
[[gnu::always_inline]] inline void widen(const std::uint32_t* pairs, float* into) {
  for (int i = 0; i < 32; ++i) {
    const std::uint32_t low = pairs[i] << 16, high = pairs[i] & 0xffff0000u;
    std::memcpy(&into[2 * i], &low, 4);
    std::memcpy(&into[2 * i + 1], &high, 4);
  }
}

[[gnu::always_inline]] inline void multiply_add(float* c, const std::uint32_t* a, const std::uint32_t* b) {
  alignas(64) float left[4][8][8], right[2][8][8], columns[2][8][8];
  for (int i = 0; i < 4; ++i) widen(a + 32 * i, &left[i][0][0]);
  for (int i = 0; i < 2; ++i) widen(b + 32 * i, &right[i][0][0]);
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 8; ++k)
      for (int n = 0; n < 8; ++n) columns[i][k][n] = right[i][n][k];
  for (int half = 0; half < 2; ++half)
    for (int row = 0; row < 8; ++row) {
      Row sum;
      std::memcpy(&sum, c + (half * 8 + row) * 8, sizeof sum);
      for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 8; ++k) {
          Row column;
          std::memcpy(&column, columns[i][k], sizeof column);
          sum += left[2 * i + half][row][k] * column;
        }
      std::memcpy(c + (half * 8 + row) * 8, &sum, sizeof sum);
    }
}

void plain(float* c, const std::uint32_t* a, const std::uint32_t* b) { multiply_add(c, a, b); }
#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void avx2(float* c, const std::uint32_t* a, const std::uint32_t* b) { multiply_add(c, a, b); }
#endif

MatrixUnit best() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {avx2, "avx2"};
#endif
  return {plain, "plain"};
}

}  // namespace

const MatrixUnit& matrix_unit() {
  static const MatrixUnit unit = best();
  return unit;
}

}  // namespace assay::kernels
