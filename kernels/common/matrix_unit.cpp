#include "kernels/common/matrix_unit.h"

#include <bit>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay::kernels {
namespace {

using Row = float __attribute__((vector_size(32)));

/// Two bf16 of each word as floats.
[[gnu::always_inline]] inline void widen(const std::uint32_t* pairs, float* into) {
  for (int i = 0; i < 32; ++i) {
    into[2 * i] = std::bit_cast<float>(pairs[i] << 16);
    into[2 * i + 1] = std::bit_cast<float>(pairs[i] & 0xffff0000u);
  }
}

/// Row by row: a row of C plus, for each k, a value of A times a row of B.
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

/// Pairs of k at once, as tensor cores do: no operand is widened. Denormal products count as zero.
[[gnu::target("avx512f,avx512bw,avx512vl,avx512bf16")]] void avx512_bf16(float* c, const std::uint32_t* a, const std::uint32_t* b) {
  alignas(64) std::uint32_t pairs[8][16];  // rows 2k and 2k + 1 of B: the pair of each of 8 columns, and the same again
  for (int i = 0; i < 2; ++i) {
    const __m512i first = _mm512_loadu_si512(b + 32 * i), second = _mm512_loadu_si512(b + 32 * i + 16);
    for (int k = 0; k < 4; ++k) {
      const __m512i of = _mm512_add_epi32(_mm512_set1_epi32(k), _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28));
      _mm512_store_si512(pairs[4 * i + k], _mm512_permutex2var_epi32(first, of, second));
    }
  }
  for (int half = 0; half < 2; ++half) {
    __m256 sums[8];
    for (int row = 0; row < 8; ++row) sums[row] = _mm256_loadu_ps(c + (half * 8 + row) * 8);
    for (int i = 0; i < 2; ++i)
      for (int k = 0; k < 4; ++k) {
        const auto columns = (__m256bh)_mm256_load_si256(reinterpret_cast<const __m256i*>(pairs[4 * i + k]));
        for (int row = 0; row < 8; ++row) {
          const auto value = (__m256bh)_mm256_set1_epi32(static_cast<int>(a[32 * (2 * i + half) + 4 * row + k]));
          sums[row] = _mm256_dpbf16_ps(sums[row], columns, value);
        }
      }
    for (int row = 0; row < 8; ++row) _mm256_storeu_ps(c + (half * 8 + row) * 8, sums[row]);
  }
}
#endif

std::vector<MatrixUnit> of_this_machine() {
  std::vector<MatrixUnit> all{{plain, "plain"}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back({avx2, "avx2"});
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bf16")) all.push_back({avx512_bf16, "avx512_bf16"});
#endif
  return all;
}

}  // namespace

const std::vector<MatrixUnit>& matrix_units() {
  static const std::vector<MatrixUnit> all = of_this_machine();
  return all;
}

const MatrixUnit& matrix_unit() {
  static const MatrixUnit best = matrix_units().back();
  return best;
}

}  // namespace assay::kernels
