#pragma once
// The trusted planner: from a shape and any answer of a policy to the list of parts. Host only.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/decode_split/arguments.h"
#include "kernels/decode_split/shape.h"

namespace assay::kernels::decode_split {

struct Plan {
  std::vector<Work> work;  ///< blocks start in this order: longest first, so that the last to end are short ones
  std::vector<Merge> merges;
  int slots = 0;
  int splits = 1;
  std::int64_t tokens = 0;
};

/// Requires: is_valid(shape). Splits outside 1 .. kMostSplits are clamped (chunk_of).
/// Ensures: each token of each sequence is in exactly one part, each slot belongs to exactly one part and one merge.
Plan plan(const Shape& shape, int splits);

/// Bytes of partial_out and partial_lse, in this order, each a multiple of 16.
std::size_t partial_out_bytes(const Shape& shape, const Plan& plan);
std::size_t partial_lse_bytes(const Shape& shape, const Plan& plan);

/// Everything of Arguments but the pointers.
Arguments sizes(const Shape& shape, const Plan& plan);

}  // namespace assay::kernels::decode_split
