#include "verify/lower/program.h"

#include <algorithm>
#include <set>

namespace assay::verify::lower {
namespace {

std::vector<std::uint32_t> successors(const Block& block) {
  if (block.end == End::jump) return {block.target[0]};
  if (block.end == End::branch) return {block.target[0], block.target[1]};
  return {};
}

/// Edges among the reached blocks.
struct Flow {
  std::vector<std::vector<std::uint32_t>> predecessors;
  std::vector<bool> reached;
  std::vector<std::uint32_t> order;  ///< reverse post-order

  explicit Flow(const Program& program) : predecessors(program.blocks.size()), reached(program.blocks.size()) {
    std::vector<std::pair<std::uint32_t, std::size_t>> stack{{0, 0}};
    reached[0] = true;
    while (!stack.empty()) {
      auto& [block, next] = stack.back();
      auto out = successors(program.blocks[block]);
      if (next == out.size()) {
        order.push_back(block);
        stack.pop_back();
        continue;
      }
      std::uint32_t to = out[next++];
      if (!reached[to]) {
        reached[to] = true;
        stack.push_back({to, 0});
      }
    }
    std::reverse(order.begin(), order.end());
    for (std::uint32_t block : order)
      for (std::uint32_t to : successors(program.blocks[block])) predecessors[to].push_back(block);
  }
};

/// Immediate dominators by the iteration of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), fig. 3.
class Dominators {
 public:
  explicit Dominators(const Flow& flow) : above_(flow.reached.size(), kNone), rank_(flow.reached.size(), 0) {
    for (std::uint32_t i = 0; i < flow.order.size(); ++i) rank_[flow.order[i]] = i;
    above_[0] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t block : flow.order) {
        if (block == 0) continue;
        std::uint32_t now = kNone;
        for (std::uint32_t from : flow.predecessors[block])
          if (above_[from] != kNone) now = now == kNone ? from : meet(now, from);
        changed = changed || above_[block] != now;
        above_[block] = now;
      }
    }
  }

  bool dominates(std::uint32_t upper, std::uint32_t block) const {
    while (rank_[block] > rank_[upper]) block = above_[block];
    return block == upper;
  }

 private:
  std::uint32_t meet(std::uint32_t x, std::uint32_t y) const {
    while (x != y) (rank_[x] > rank_[y] ? x : y) = above_[rank_[x] > rank_[y] ? x : y];
    return x;
  }

  std::vector<std::uint32_t> above_, rank_;
};

/// The natural loop of a header: what reaches a back edge without passing the header.
std::set<std::uint32_t> natural_loop(const Flow& flow, std::uint32_t header, const std::vector<std::uint32_t>& latches) {
  std::set<std::uint32_t> body{header};
  std::vector<std::uint32_t> work;
  for (std::uint32_t latch : latches)
    if (body.insert(latch).second) work.push_back(latch);
  while (!work.empty()) {
    std::uint32_t block = work.back();
    work.pop_back();
    for (std::uint32_t from : flow.predecessors[block])
      if (body.insert(from).second) work.push_back(from);
  }
  return body;
}

void find_loops(Program& program, const Flow& flow) {
  Dominators dominators(flow);
  std::vector<std::pair<std::uint32_t, std::set<std::uint32_t>>> found;
  for (std::uint32_t header : flow.order) {
    std::vector<std::uint32_t> latches;
    for (std::uint32_t from : flow.predecessors[header])
      if (dominators.dominates(header, from)) latches.push_back(from);
    if (!latches.empty()) found.push_back({header, natural_loop(flow, header, latches)});
  }
  // An outer loop is larger than what it contains: assign larger first, and smaller ones overwrite.
  std::stable_sort(found.begin(), found.end(), [](auto& x, auto& y) { return x.second.size() > y.second.size(); });
  for (auto& [header, body] : found) {
    auto id = static_cast<std::uint32_t>(program.loops.size());
    program.loops.push_back({header, program.blocks[header].loop, 0});
    for (std::uint32_t block : body) program.blocks[block].loop = id;
  }
}

/// The child of `level` that holds `block`: the block itself, or the loop directly inside `level`.
/// Nodes are numbered blocks first, loops after. kNone: the block is outside `level`.
std::uint32_t node_in(const Program& program, std::uint32_t block, std::uint32_t level) {
  std::uint32_t loop = program.blocks[block].loop, node = block;
  while (loop != level) {
    if (loop == kNone) return kNone;
    node = static_cast<std::uint32_t>(program.blocks.size()) + loop;
    loop = program.loops[loop].parent;
  }
  return node;
}

/// Kahn's algorithm over one level, back edges to its header left out. False: a cycle that is no natural loop.
bool order_level(Program& program, const Flow& flow, std::uint32_t level) {
  std::size_t total = program.blocks.size() + program.loops.size();
  std::vector<std::set<std::uint32_t>> out(total);
  std::vector<std::uint32_t> members, incoming(total, 0);
  std::vector<bool> seen(total, false);
  for (std::uint32_t block : flow.order) {
    std::uint32_t from = node_in(program, block, level);
    if (from == kNone) continue;
    if (!seen[from]) members.push_back(from);
    seen[from] = true;
    for (std::uint32_t target : successors(program.blocks[block])) {
      std::uint32_t to = node_in(program, target, level);
      bool back = level != kNone && target == program.loops[level].header;
      if (to != kNone && to != from && !back && out[from].insert(to).second) ++incoming[to];
      if (to == from && from == block && !back && target == block) return false;
    }
  }
  std::uint32_t position = 0, done = 0;
  std::set<std::pair<std::size_t, std::uint32_t>> ready;  // by first appearance in reverse post-order: deterministic
  std::vector<std::size_t> place(total, 0);
  for (std::size_t i = 0; i < members.size(); ++i) place[members[i]] = i;
  for (std::uint32_t node : members)
    if (incoming[node] == 0) ready.insert({place[node], node});
  while (!ready.empty()) {
    std::uint32_t node = ready.begin()->second;
    ready.erase(ready.begin());
    ++done;
    (node < program.blocks.size() ? program.blocks[node].position : program.loops[node - program.blocks.size()].position) = position++;
    for (std::uint32_t to : out[node])
      if (--incoming[to] == 0) ready.insert({place[to], to});
  }
  return done == members.size();
}

void note_use(const Program& program, const std::set<ValueId>& defined, std::set<ValueId>& used, ValueId value) {
  if (value != kNone && !program.values[value].is_constant && !defined.contains(value)) used.insert(value);
}

/// Backwards data flow; a phi's operands are used at the end of the predecessor.
void find_live(Program& program, const Flow& flow) {
  std::vector<std::set<ValueId>> live(program.blocks.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (auto it = flow.order.rbegin(); it != flow.order.rend(); ++it) {
      const Block& block = program.blocks[*it];
      std::set<ValueId> now, defined;
      for (std::uint32_t to : successors(block)) {
        now.insert(live[to].begin(), live[to].end());
        for (const Phi& phi : program.blocks[to].phis)
          for (auto [from, value] : phi.incoming)
            if (from == *it) note_use(program, {}, now, value);
      }
      for (const Phi& phi : block.phis) defined.insert(phi.result);
      for (const Instruction& instruction : block.instructions)
        if (instruction.result != kNone) defined.insert(instruction.result);
      for (ValueId value : defined) now.erase(value);
      defined.clear();
      for (const Phi& phi : block.phis) defined.insert(phi.result);
      for (const Instruction& instruction : block.instructions) {
        for (ValueId value : {instruction.a, instruction.b, instruction.c, instruction.overflow_flag})
          note_use(program, defined, now, value);
        if (instruction.result != kNone) defined.insert(instruction.result);
      }
      note_use(program, defined, now, block.condition);
      if (now != live[*it]) {
        live[*it] = std::move(now);
        changed = true;
      }
    }
  }
  for (std::size_t i = 0; i < live.size(); ++i) program.blocks[i].live_in.assign(live[i].begin(), live[i].end());
}

}  // namespace

std::string_view name_of(Property property) {
  static constexpr std::string_view kNames[] = {"no_undefined_behaviour", "in_bounds", "terminates", "deterministic",
                                                "output_range", "claim"};
  return kNames[static_cast<std::size_t>(property)];
}

bool analyse_flow(Program& program) {
  program.loops.clear();
  for (Block& block : program.blocks) block.loop = kNone;
  Flow flow(program);
  find_loops(program, flow);
  if (!order_level(program, flow, kNone)) return false;
  for (std::uint32_t loop = 0; loop < program.loops.size(); ++loop)
    if (!order_level(program, flow, loop)) return false;
  find_live(program, flow);
  return true;
}

std::uint32_t slot_at(const Program& program, std::uint32_t object, Word offset, std::uint32_t bytes, bool is_double) {
  const Object& in = program.objects[object];
  for (std::uint32_t slot = in.first_slot; slot < in.first_slot + in.slot_count; ++slot)
    if (program.slots[slot].offset == offset)
      return program.slots[slot].bytes == bytes && program.slots[slot].is_double == is_double ? slot : kNone;
  return kNone;
}

}  // namespace assay::verify::lower
