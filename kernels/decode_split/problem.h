#pragma once
// The host's side of one problem: its data from a seed, and the fp64 reference that outputs are held against.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/common/bf16.h"
#include "kernels/decode_split/shape.h"

namespace assay::kernels::decode_split {

/// What a bf16 kernel with fp32 accumulators may differ from the reference (compare.h, by rows of head_dim): its probabilities and its output are rounded to 8 bits
/// each, which makes the twin differ by 0.0015 to 0.0025 at any length. What they let through: of n tokens with random scores
/// one token weighs about 0.4 / sqrt(n), so that a lost block of 64 shows at any length, a lost token in caches of up to about 10,000.
inline constexpr double kRelativeTolerance = 0.004, kWorstTolerance = 0.03;

struct Inputs {
  std::vector<Bf16> q, k, v;  ///< as in arguments.h
};

std::size_t query_count(const Shape& shape);  ///< values of q, and of the output
std::size_t cache_count(const Shape& shape);  ///< values of k, and of v
std::size_t row_count(const Shape& shape);    ///< output rows: sequences * heads_q

/// Value i of q is random_normal(3 * seed, i), of k with 3 * seed + 1, of v with 3 * seed + 2 (common/random.h).
Inputs make_inputs(const Shape& shape, std::uint64_t seed);

/// Attention of some output rows in fp64, [rows][head_dim]. Cost: 4 * length * head_dim operations each.
std::vector<double> reference_rows(const Shape& shape, std::span<const Bf16> q, std::span<const Bf16> k, std::span<const Bf16> v, std::span<const std::size_t> rows);
std::vector<double> reference(const Shape& shape, const Inputs& inputs);

}  // namespace assay::kernels::decode_split
