#pragma once
// A problem's inputs and what its outputs must be: the host's side, deterministic by seed. The reference is written apart from the kernels,
// in fp64, and shares no code with them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/common/bf16.h"
#include "kernels/tile_order/shape.h"

namespace assay::kernels::tile_order {

/// What a bf16 kernel with fp32 accumulators may differ from the reference (compare.h, by rows of row_width): outputs, and probabilities of
/// prefill, are rounded to 8 bits each, which makes the twin differ by 0.0016 to 0.0021. A tile of k that is lost of 16384 shows as 0.06.
inline constexpr double kRelativeTolerance = 0.004, kWorstTolerance = 0.03;

/// Laid out as arguments.h says; those of the other kernel are empty.
struct Inputs {
  std::vector<Bf16> q, k, v;
  std::vector<Bf16> a, b;
};

/// Value i of the first operand is random_normal(3 * seed, i), of the next with 3 * seed + 1, and so on (common/random.h).
Inputs make_inputs(const Shape& shape, std::uint64_t seed);

/// The output is [row_count][row_width]. prefill: a row is one head of one token, (sequence * length + token) * heads_q + head; gemm: one of m.
std::size_t row_count(const Shape& shape);
std::size_t row_width(const Shape& shape);

/// [rows.size()][row_width]. Cost of a row: its keys (prefill) or n (gemm), times the inner dimension.
std::vector<double> reference_rows(const Shape& shape, const Inputs& inputs, std::span<const std::size_t> rows);
std::vector<double> reference(const Shape& shape, const Inputs& inputs);

}  // namespace assay::kernels::tile_order
