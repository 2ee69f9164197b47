#pragma once
// The trusted planner: which row belongs to which token and expert, and how blocks find their tiles. The same for every action. Host only.

#include <cstdint>
#include <vector>

#include "kernels/moe_select/arguments.h"
#include "kernels/moe_select/shape.h"

namespace assay::kernels::moe_select {

/// Rows sorted by expert, those of an expert in the order of their tokens.
struct Plan {
  std::vector<std::uint32_t> row_token;  ///< [rows]
  std::vector<int> row_expert;           ///< [rows]
  std::vector<ExpertRows> lists;         ///< as in arguments.h
  int list_begin[kHeightCount + 1] = {};
};

/// Requires: is_valid(shape). Ensures: in each list, every row lies in exactly one tile of its expert.
Plan plan(const Shape& shape);

/// Everything of Arguments but the pointers.
Arguments sizes(const Shape& shape, const Plan& plan);

}  // namespace assay::kernels::moe_select
