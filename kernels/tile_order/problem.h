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

/// Laid out as arguments.h says; those of the other kernel are empty.
struct Inputs {
  std::vector<Bf16> q, k, v;
  std::vector<Bf16> a, b;
};
Inputs make_inputs(const Shape& shape, std::uint64_t seed);

/// The output is [output_rows][row_width]. prefill: a row is one head of one token, (sequence * length + token) * heads_q + head; gemm: one of m.
std::size_t output_rows(const Shape& shape);
std::size_t row_width(const Shape& shape);

/// [rows.size()][row_width]. Cost of a row: its keys (prefill) or n (gemm), times the inner dimension.
std::vector<double> reference_rows(const Shape& shape, const Inputs& inputs, std::span<const std::size_t> rows);
std::vector<double> reference(const Shape& shape, const Inputs& inputs);

}  // namespace assay::kernels::tile_order
