#pragma once
// A problem's inputs and what its outputs must be: the host's side, deterministic by seed. The reference is written apart from plan and
// kernels, in fp64, and shares only the routing (shape.h) with them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/common/bf16.h"
#include "kernels/moe_select/shape.h"

namespace assay::kernels::moe_select {

/// What a bf16 kernel with fp32 accumulators may differ from the reference (compare.h, by rows of row_width): outputs are rounded to 8 bits,
/// which makes the twin differ by 0.0017. A tile of k that is lost of 16384 shows as 0.06.
inline constexpr double kRelativeTolerance = 0.004, kWorstTolerance = 0.03;

struct Inputs {
  std::vector<Bf16> x;        ///< [tokens][k]
  std::vector<Bf16> weights;  ///< [experts][n][k]
};

/// Value i of x is random_normal(3 * seed, i), of the weights with 3 * seed + 1 (common/random.h).
Inputs make_inputs(const Shape& shape, std::uint64_t seed);

/// The output is [row_count][row_width]: tokens * top_k rows sorted by expert, those of an expert by token, of n values.
std::size_t row_count(const Shape& shape);
std::size_t row_width(const Shape& shape);

/// [rows.size()][n]. Cost of a row: n * k.
std::vector<double> reference_rows(const Shape& shape, const Inputs& inputs, std::span<const std::size_t> rows);
std::vector<double> reference(const Shape& shape, const Inputs& inputs);

}  // namespace assay::kernels::moe_select
