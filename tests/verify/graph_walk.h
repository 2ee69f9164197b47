#pragma once
// Follows a run of a program through its recorded graph (verify/proof/graph.h): every atom of every node that the run passes
// must hold of the run's values, and no edge that is said never to be taken may be taken.

#include <optional>
#include <string>
#include <vector>

#include "verify/lower/ops.h"
#include "verify/proof/graph.h"

namespace assay::verify {

class GraphWalk {
 public:
  GraphWalk(const lower::Program& program, const proof::Graph& graph, std::uint64_t most_cost)
      : program_(program), graph_(graph), most_cost_(most_cost) {}

  /// What contradicts the graph, if anything; a run that breaks a check or passes the bound is followed up to there.
  std::optional<std::string> contradiction(const lower::Inputs& inputs) {
    start(inputs);
    std::uint32_t node = 0, from = lower::kNone;
    while (node != lower::kNone && !wrong_) {
      const proof::Node& at = graph_.nodes[node];
      const lower::Block& block = program_.blocks[at.block];
      enter(block, from);
      if (cost_ > most_cost_) break;
      check(at, node);
      cost_ += static_cast<lower::Word>(block.cost);
      if (cost_ > most_cost_ || !run(block)) break;
      from = at.block;
      node = leave(at, block, node);
    }
    return wrong_;
  }

  std::uint64_t atoms() const { return atoms_; }

 private:
  using Word = lower::Word;

  void start(const lower::Inputs& inputs) {
    values_.assign(program_.values.size(), 0), slots_.clear(), trips_.assign(program_.loops.size(), 0);
    cost_ = 0, wrong_.reset();
    for (std::size_t i = 0; i < program_.values.size(); ++i) values_[i] = program_.values[i].constant;
    for (const lower::Slot& slot : program_.slots) slots_.push_back(slot.initial);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const lower::Input& input = program_.inputs[i];
      (input.value != lower::kNone ? values_[input.value] : slots_[input.slot]) = inputs[i];
    }
  }

  void enter(const lower::Block& block, std::uint32_t from) {
    std::vector<Word> read;
    for (const lower::Phi& phi : block.phis)
      for (auto [predecessor, value] : phi.incoming)
        if (predecessor == from) {
          read.push_back(values_[value]);
          break;
        }
    for (std::size_t i = 0; i < read.size(); ++i) values_[block.phis[i].result] = read[i];
    for (std::size_t i = 0; i < program_.loops.size(); ++i)
      if (from != lower::kNone && &program_.blocks[program_.loops[i].header] == &block)
        trips_[i] = lies_in(from, static_cast<std::uint32_t>(i)) ? trips_[i] + 1 : 0;
  }

  bool lies_in(std::uint32_t block, std::uint32_t loop) const {
    for (std::uint32_t at = program_.blocks[block].loop; at != lower::kNone; at = program_.loops[at].parent)
      if (at == loop) return true;
    return false;
  }

  Word read(const proof::Quantity& quantity) const {
    switch (quantity.kind) {
      case proof::Quantity::Kind::value: return values_[quantity.index];
      case proof::Quantity::Kind::slot: return slots_[quantity.index];
      case proof::Quantity::Kind::cost: return cost_;
      case proof::Quantity::Kind::trips: return trips_[quantity.index];
    }
    return 0;
  }

  unsigned width_of(const proof::Quantity& quantity) const {
    if (quantity.kind == proof::Quantity::Kind::value) return program_.values[quantity.index].width;
    return quantity.kind == proof::Quantity::Kind::slot ? program_.slots[quantity.index].bytes * 8 : 64;
  }

  bool holds(const proof::Atom& atom) const {
    const Word x = read(atom.x);
    const auto bits = static_cast<Word>(lower::bits_of(x, width_of(atom.x)));
    const double number = std::bit_cast<double>(static_cast<std::uint64_t>(x));
    auto bound = [](Word word) { return std::bit_cast<double>(static_cast<std::uint64_t>(word)); };
    switch (atom.kind) {
      case proof::Atom::Kind::range: return atom.a <= x && x <= atom.b;
      case proof::Atom::Kind::unsigned_range: return atom.a <= bits && bits <= atom.b;
      case proof::Atom::Kind::known_bits: return lower::bits_of(x & atom.a, width_of(atom.x)) == lower::bits_of(atom.b, width_of(atom.x));
      case proof::Atom::Kind::congruence: return (x - atom.b) % atom.a == 0;
      case proof::Atom::Kind::double_range: return bound(atom.a) <= number && number <= bound(atom.b);
      case proof::Atom::Kind::not_nan: return number == number;
      case proof::Atom::Kind::difference: return x - read(atom.y) <= atom.b;
    }
    return false;
  }

  void check(const proof::Node& at, std::uint32_t node) {
    for (const proof::Atom& atom : at.atoms) {
      ++atoms_;
      if (!holds(atom)) wrong_ = "an atom of node " + std::to_string(node) + " does not hold of " + lower::text_of(read(atom.x));
    }
  }

  /// False: the run ends here.
  bool run(const lower::Block& block) {
    for (const lower::Instruction& at : block.instructions) {
      switch (at.action) {
        case lower::Action::require: case lower::Action::assume:
          if (values_[at.a] == 0) return false;
          break;
        case lower::Action::load: case lower::Action::store: {
          const lower::ValueId moved = at.action == lower::Action::load ? at.result : at.b;
          const std::uint32_t slot = lower::slot_at(program_, at.object, values_[at.a], program_.values[moved].width / 8);
          if (slot == lower::kNone) return false;
          (at.action == lower::Action::load ? values_[moved] : slots_[slot]) = at.action == lower::Action::load ? slots_[slot] : values_[moved];
          break;
        }
        case lower::Action::compute: {
          const lower::ValueId operand = at.op == lower::Op::select ? at.b : at.a;
          values_[at.result] = lower::evaluate(at.op, program_.values[at.result].width, program_.values[operand].width, values_[at.a],
                                               at.b == lower::kNone ? 0 : values_[at.b], at.c == lower::kNone ? 0 : values_[at.c])
                                   .value_or(0);
        }
      }
    }
    return true;
  }

  std::uint32_t leave(const proof::Node& at, const lower::Block& block, std::uint32_t node) {
    if (block.end == lower::End::give_back || block.end == lower::End::trap) return lower::kNone;
    const unsigned which = block.end == lower::End::branch && values_[block.condition] == 0 ? 1 : 0;
    const std::uint32_t next = at.next[which];
    // A way into a trap that stays open is an obligation, no invariant.
    if (next == lower::kNone && program_.blocks[block.target[which]].end != lower::End::trap)
      wrong_ = "edge " + std::to_string(which) + " of node " + std::to_string(node) + " is said never to be taken";
    if (next != lower::kNone && graph_.nodes[next].block != block.target[which]) wrong_ = "an edge leads to another block";
    return next;
  }

  const lower::Program& program_;
  const proof::Graph& graph_;
  Word most_cost_;
  std::vector<Word> values_, slots_, trips_;
  Word cost_ = 0;
  std::uint64_t atoms_ = 0;
  std::optional<std::string> wrong_;
};

}  // namespace assay::verify
