#pragma once
// A problem's inputs, the trusted plan of its launches and what its outputs must be: the host's side, deterministic by seed. The reference
// is written apart from the kernels, in fp64, and shares only the routing (shape.h) with them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/common/bf16.h"
#include "kernels/moe_select/arguments.h"
#include "kernels/moe_select/shape.h"

namespace assay::kernels::moe_select {

/// Rows sorted by expert, those of an expert in the order of their tokens, and the lists that blocks find their tiles in.
struct Plan {
  std::vector<std::uint32_t> row_token;  ///< [rows]
  std::vector<int> row_expert;           ///< [rows]
  std::vector<ExpertRows> lists;         ///< arguments.h
  int list_begin[kHeightCount + 1] = {};
};
Plan make_plan(const Shape& shape);

/// The numbers of a launch; the pointers are left to the caller.
Arguments numbers_of(const Shape& shape, const Plan& plan);

struct Inputs {
  std::vector<Bf16> x;        ///< [tokens][k]
  std::vector<Bf16> weights;  ///< [experts][n][k]
};
Inputs make_inputs(const Shape& shape, std::uint64_t seed);

std::size_t output_rows(const Shape& shape);  ///< tokens * top_k
std::size_t row_width(const Shape& shape);    ///< n

/// [rows.size()][n]. Cost of a row: n * k.
std::vector<double> reference_rows(const Shape& shape, const Inputs& inputs, std::span<const std::size_t> rows);
std::vector<double> reference(const Shape& shape, const Inputs& inputs);

}  // namespace assay::kernels::moe_select
