#include "verify/proof/shape.h"

#include <algorithm>
#include <optional>
#include <string>

namespace assay::verify::proof {
namespace {

using lower::Block;
using lower::End;
using lower::kNone;
using lower::Program;

constexpr int kDeepest = 64;  ///< loops in loops

std::string named(std::uint32_t node) { return "graph: node " + std::to_string(node); }

/// Targets that a block's end has: 0, 1 or 2 of them.
unsigned target_count(const Block& block) { return block.end == End::branch ? 2 : block.end == End::jump ? 1 : 0; }

Result<void> check_edges(const Program& program, const Graph& graph, std::uint32_t number) {
  const Node& node = graph.nodes[number];
  if (node.block >= program.blocks.size()) return fail(named(number) + " is of a block that does not exist");
  if (!node.is_cut && !node.atoms.empty()) return fail(named(number) + " has atoms, but does not start from them");
  const Block& block = program.blocks[node.block];
  for (unsigned i = 0; i < 2; ++i) {
    if (node.next[i] == kNone) continue;
    if (i >= target_count(block)) return fail(named(number) + " has an edge that its block has not");
    if (node.next[i] >= graph.nodes.size()) return fail(named(number) + " leads to a node that does not exist");
    if (graph.nodes[node.next[i]].block != block.target[i]) return fail(named(number) + " leads to an instance of the wrong block");
    if (node.next[i] == 0) return fail(named(number) + " leads back to the entry");
  }
  return {};
}

class Shaper {
 public:
  Shaper(const Program& program, const Graph& graph) : program_(program), graph_(graph) {}

  Result<Shape> run() {
    if (graph_.nodes.empty() || graph_.nodes[0].block != 0) return fail("graph: node 0 is no instance of the entry block");
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node)
      if (auto good = check_edges(program_, graph_, node); !good) return std::unexpected(good.error());
    order();
    if (out_.order.size() != graph_.nodes.size()) return fail("graph: a node is not reached from the entry");
    for (std::uint32_t node = 1; node < graph_.nodes.size(); ++node)
      if (!graph_.nodes[node].is_cut && out_.ways_in[node].size() != 1)
        return fail(named(node) + " is not cut, yet has " + std::to_string(out_.ways_in[node].size()) + " ways in");
    if (!graph_.nodes[0].is_cut) return fail("graph: the entry is not cut");
    for (std::uint32_t node = 1; node < graph_.nodes.size(); ++node)
      if (graph_.nodes[node].is_cut && graph_.nodes[node].atoms.empty() && out_.ways_in[node].size() == 1)
        return fail(named(node) + " is cut, yet nothing starts there");
    find_dominators();
    if (auto good = find_bodies(); !good) return std::unexpected(good.error());
    if (auto good = find_longest(); !good) return std::unexpected(good.error());
    return std::move(out_);
  }

 private:
  void order() {
    std::size_t count = graph_.nodes.size();
    std::vector<bool> reached(count, false);
    std::vector<std::pair<std::uint32_t, unsigned>> stack{{0, 0}};
    reached[0] = true;
    while (!stack.empty()) {
      auto& [node, which] = stack.back();
      if (which == 2) {
        out_.order.push_back(node);
        stack.pop_back();
        continue;
      }
      std::uint32_t to = graph_.nodes[node].next[which++];
      if (to == kNone || reached[to]) continue;
      reached[to] = true;
      stack.push_back({to, 0});
    }
    std::reverse(out_.order.begin(), out_.order.end());
    out_.place.assign(count, kNone);
    out_.ways_in.resize(count);
    for (std::uint32_t i = 0; i < out_.order.size(); ++i) out_.place[out_.order[i]] = i;
    for (std::uint32_t node : out_.order)
      for (unsigned which = 0; which < 2; ++which)
        if (std::uint32_t to = graph_.nodes[node].next[which]; to != kNone) out_.ways_in[to].push_back({node, which});
  }

  /// Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), fig. 3.
  void find_dominators() {
    above_.assign(graph_.nodes.size(), kNone);
    above_[0] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t node : out_.order) {
        if (node == 0) continue;
        std::uint32_t now = kNone;
        for (Edge edge : out_.ways_in[node])
          if (above_[edge.from] != kNone) now = now == kNone ? edge.from : meet(now, edge.from);
        changed = changed || above_[node] != now;
        above_[node] = now;
      }
    }
  }

  std::uint32_t meet(std::uint32_t x, std::uint32_t y) const {
    while (x != y) (out_.place[x] > out_.place[y] ? x : y) = above_[out_.place[x] > out_.place[y] ? x : y];
    return x;
  }

  bool dominates(std::uint32_t upper, std::uint32_t node) const {
    while (out_.place[node] > out_.place[upper]) node = above_[node];
    return node == upper;
  }

  bool is_back(std::uint32_t from, std::uint32_t to) const { return out_.place[to] <= out_.place[from]; }

  /// The natural loop of each head.
  Result<void> find_bodies() {
    out_.body.resize(graph_.nodes.size());
    std::vector<std::uint32_t> owner(graph_.nodes.size(), kNone);
    for (std::uint32_t head : out_.order) {
      std::vector<std::uint32_t> work;
      auto add = [&](std::uint32_t node) {
        if (owner[node] == head) return;
        owner[node] = head;
        out_.body[head].push_back(node);
        if (node != head) work.push_back(node);
      };
      for (Edge edge : out_.ways_in[head]) {
        if (!is_back(edge.from, head)) continue;
        if (!dominates(head, edge.from) || !graph_.nodes[head].is_cut) return fail(named(head) + " closes a cycle that is no loop with a cut head");
        add(head);
        add(edge.from);
      }
      while (!work.empty()) {
        std::uint32_t node = work.back();
        work.pop_back();
        for (Edge edge : out_.ways_in[node]) add(edge.from);
      }
      std::sort(out_.body[head].begin(), out_.body[head].end(), [&](auto x, auto y) { return out_.place[x] < out_.place[y]; });
    }
    return {};
  }

  // ---- cost ------------------------------------------------------------------------------------------------------------

  static std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
    std::uint64_t out = 0;
    return a == kEndless || b == kEndless || __builtin_add_overflow(a, b, &out) ? kEndless : out;
  }
  static std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t out = 0;
    return a == kEndless || b == kEndless || __builtin_mul_overflow(a, b, &out) ? kEndless : out;
  }

  /// How often a head can be reached again before its loop is left. Trips are counted by the program's own loop: each way
  /// back to the head adds one, and nothing sets them back as long as the cycle stays inside that loop.
  std::uint64_t most_trips(std::uint32_t head) const {
    std::uint32_t loop = loop_headed_by(program_, graph_.nodes[head].block);
    if (loop == kNone) return kEndless;
    for (std::uint32_t node : out_.body[head])
      if (!lies_in(program_, graph_.nodes[node].block, loop)) return kEndless;
    std::uint64_t most = kEndless;
    for (const Atom& atom : graph_.nodes[head].atoms)
      if (atom.kind == Atom::Kind::range && atom.x == Quantity{Quantity::Kind::trips, loop})
        most = std::min<std::uint64_t>(most, atom.b < 0 ? 0 : atom.b > (Word{1} << 62) ? kEndless : static_cast<std::uint64_t>(atom.b));
    return most;
  }

  /// Longest ways from the start of `head` through the nodes of `region` (in order, head first), edges to `head` left out.
  /// false: loops nest too deep.
  bool ways(std::uint32_t head, const std::vector<std::uint32_t>& region, int depth, std::vector<std::optional<std::uint64_t>>& out) {
    if (depth > kDeepest) return false;
    std::vector<bool> inside(graph_.nodes.size(), false);
    for (std::uint32_t node : region) inside[node] = true, out[node] = std::nullopt;
    std::vector<std::optional<std::uint64_t>> inner;
    for (std::uint32_t node : region) {
      if (out[node]) continue;  // of an inner loop, done with its head
      std::uint64_t before = 0;
      for (Edge edge : out_.ways_in[node])
        if (node != head && inside[edge.from] && !is_back(edge.from, node)) before = std::max(before, out[edge.from].value_or(0));
      if (node == head || !out_.is_head(node)) {
        out[node] = sum(before, program_.blocks[graph_.nodes[node].block].cost);
        continue;
      }
      inner.resize(graph_.nodes.size());
      if (!ways(node, out_.body[node], depth + 1, inner)) return false;
      std::uint64_t round = 0;
      for (Edge edge : out_.ways_in[node])
        if (is_back(edge.from, node)) round = std::max(round, inner[edge.from].value_or(kEndless));
      std::uint64_t all = sum(before, product(most_trips(node), round));
      for (std::uint32_t each : out_.body[node]) out[each] = sum(all, inner[each].value_or(kEndless));
    }
    return true;
  }

  Result<void> find_longest() {
    std::vector<std::optional<std::uint64_t>> found(graph_.nodes.size());
    if (!ways(0, out_.order, 0, found)) return fail("graph: loops nest too deep");
    for (std::uint32_t node = 0; node < found.size(); ++node) {
      out_.longest.push_back(found[node].value_or(kEndless));
      bool free_cycle = out_.is_head(node) && out_.longest[node] == kEndless && program_.blocks[graph_.nodes[node].block].cost == 0;
      if (free_cycle) return fail(named(node) + " closes a cycle that costs nothing");
    }
    return {};
  }

  const Program& program_;
  const Graph& graph_;
  Shape out_;
  std::vector<std::uint32_t> above_;  ///< immediate dominators
};

}  // namespace

bool Shape::is_acyclic() const {
  return std::all_of(body.begin(), body.end(), [](const auto& each) { return each.empty(); });
}

std::uint32_t loop_headed_by(const Program& program, std::uint32_t block) {
  for (std::uint32_t loop = 0; loop < program.loops.size(); ++loop)
    if (program.loops[loop].header == block) return loop;
  return kNone;
}

bool lies_in(const Program& program, std::uint32_t block, std::uint32_t loop) {
  std::uint32_t at = program.blocks[block].loop;
  while (at != kNone && at != loop) at = program.loops[at].parent;
  return at == loop;
}

Result<Shape> shape_of(const Program& program, const Graph& graph) { return Shaper(program, graph).run(); }

}  // namespace assay::verify::proof
