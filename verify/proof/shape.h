#pragma once
// What makes a graph a proof and needs no solver: every edge is there and leads to an instance of the right block, cycles
// are natural loops that start from atoms, and the longest way is known.

#include <cstdint>
#include <limits>
#include <vector>

#include "base/result.h"
#include "verify/lower/program.h"
#include "verify/proof/graph.h"

namespace assay::verify::proof {

inline constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();

struct Edge {
  std::uint32_t from = lower::kNone;
  unsigned which = 0;  ///< index in Node::next
};

struct Shape {
  std::vector<std::uint32_t> order;            ///< reverse post-order: forward edges lead to later places
  std::vector<std::uint32_t> place;            ///< of each node in `order`
  std::vector<std::vector<Edge>> ways_in;      ///< by node
  std::vector<std::vector<std::uint32_t>> body;  ///< by node: what its back edges enclose, itself included; empty: no head
  std::vector<std::uint64_t> longest;          ///< cost of the longest way that ends with this node's block, or kEndless

  bool is_head(std::uint32_t node) const { return !body[node].empty(); }
  bool is_acyclic() const;
};

/// The Error names the node and what is wrong with it. Ensures: every node is reached, a node that is not cut has exactly
/// one way in, a back edge leads to a cut node that dominates its source, and `longest` counts a cycle only by the upper
/// bound that its head's atoms give for the trips of the block's own loop.
Result<Shape> shape_of(const lower::Program& program, const Graph& graph);

/// The loop whose header this block is, or kNone.
std::uint32_t loop_headed_by(const lower::Program& program, std::uint32_t block);
bool lies_in(const lower::Program& program, std::uint32_t block, std::uint32_t loop);

}  // namespace assay::verify::proof
