#pragma once
// A proof as a graph that anyone can check, step by step: the shape in which the abstract interpreter hands over what it found.
//
// A node is one instance of a block of the lowered program (of a loop's iteration, of a partition), an edge says which
// instance the control flow leads to. That is an abstract reachability graph with invariants: unrolling, partitions of
// paths and loops summed up by an invariant are all the same thing here. What makes it a proof (verify/proof/obligations.h):
//   - the entry node's atoms hold for every declared input;
//   - from a node's atoms, one pass through its block shows every check of the block, every access, every edge that
//     is said not to be taken, and the atoms of each node that an edge leads to;
//   - the cost of the longest way through the graph is within the bound; a cycle carries a counter in its atoms.
// None of it needs an abstract domain: every step is a formula without quantifiers.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "verify/lower/program.h"

namespace assay::verify::proof {

using lower::Word;

/// What an atom speaks of, at the start of its node, after the phis.
struct Quantity {
  enum class Kind : std::uint8_t { value, slot, cost, trips };
  Kind kind = Kind::value;
  std::uint32_t index = 0;  ///< ValueId; index in Program::slots; cost: 0; trips: index in Program::loops
  bool operator==(const Quantity&) const = default;
};

struct Atom {
  enum class Kind : std::uint8_t {
    range,           ///< a <= x <= b, signed reading
    unsigned_range,  ///< a <= x <= b, unsigned reading (both as non-negative words)
    known_bits,      ///< (x & a) == b
    congruence,      ///< x == b modulo a (a > 0), signed reading
    double_range,    ///< x is no NaN and a <= x <= b as doubles (bit patterns); -inf and +inf are allowed bounds
    not_nan,         ///< x is no NaN
    difference,      ///< x - y <= b over the integers, signed readings
  };
  Kind kind = Kind::range;
  Quantity x, y;  ///< y: difference only
  Word a = 0, b = 0;
  bool operator==(const Atom&) const = default;
};

struct Node {
  std::uint32_t block = 0;
  /// Starts from its atoms alone. Otherwise it has exactly one predecessor and goes on from where that one ended.
  bool is_cut = false;
  std::vector<Atom> atoms;
  /// The node that each target of the block leads to; lower::kNone where the edge is never taken or does not exist.
  std::uint32_t next[2] = {lower::kNone, lower::kNone};
};

struct Graph {
  std::vector<Node> nodes;  ///< nodes[0]: an instance of the entry block
};

Json to_json(const Graph& graph);
/// The Error names what is malformed. Numbers beyond 64 bits travel as decimal strings.
Result<Graph> graph_from_json(const Json& json);

}  // namespace assay::verify::proof
