#include "verify/proof/obligations.h"

#include <algorithm>
#include <map>
#include <optional>

#include "verify/proof/state.h"

namespace assay::verify::proof {
namespace {

using lower::Action;
using lower::Block;
using lower::End;
using lower::Instruction;
using lower::kNone;
using lower::kNoTerm;
using lower::Op;
using lower::Program;
using lower::Property;
using lower::ValueId;

class Walker {
 public:
  Walker(const Program& program, const Graph& graph, const Shape& shape, Mode mode, const Limits& limits, Obligations& out)
      : program_(program), graph_(graph), shape_(shape), mode_(mode), limits_(limits), out_(out), pool_(out.pool) {
    for (const Block& block : program.blocks)
      for (const Instruction& at : block.instructions)
        if (at.overflow_flag != kNone) guarded_.push_back({at.result, at.overflow_flag});
  }

  Result<void> run() {
    if (mode_ == Mode::whole && !shape_.is_acyclic()) return fail("graph: it has a cycle, so it has no obligations over the inputs alone");
    for (std::uint32_t node : shape_.order) {
      visit(node);
      if (refusal_) return fail(*refusal_);
      if (pool_.size() > limits_.most_terms || out_.list.size() > limits_.most_obligations) return fail("graph: more obligations than are followed");
    }
    return {};
  }

 private:
  void refuse(std::uint32_t node, const std::string& why) {
    if (!refusal_) refusal_ = "graph: node " + std::to_string(node) + ": " + why;
  }

  // ---- nodes -------------------------------------------------------------------------------------------------------------

  void visit(std::uint32_t number) {
    node_ = number;
    const Node& node = graph_.nodes[number];
    State state = number == 0 ? start_of(program_, pool_) : enter(number);
    segment_ = node.is_cut || number == 0 ? number : segment_of_[number];
    if (number == 0) meet(number, state);
    const Block& block = program_.blocks[node.block];
    spend(block, state);
    for (const Instruction& at : block.instructions) execute(at, state);
    switch (block.end) {
      case End::jump: jump(node, block, std::move(state)); break;
      case End::branch: branch(node, block, std::move(state)); break;
      case End::trap: check(block.check, pool_.truth(true), state); break;
      case End::give_back: give_back(block, state); break;
    }
  }

  State enter(std::uint32_t number) {
    auto arrived = arrivals_.extract(number);
    std::vector<Arrival>& all = arrived.mapped();
    leave_out_dead(all);
    bool head = shape_.is_head(number);
    if (!graph_.nodes[number].is_cut || (all.size() == 1 && !head && mode_ == Mode::whole)) return std::move(all[0].state);
    if (mode_ == Mode::whole) return merge_at(number, std::move(all), program_, graph_, pool_);
    std::optional<Redefined> redefined;
    if (head) redefined = redefined_in(program_, graph_, shape_.body[number]);
    State state = cut_at(number, all, head ? &*redefined : nullptr, program_, graph_, pool_);
    if (head) heads_[number] = {state, std::move(*redefined)};
    return state;
  }

  /// Nothing arrives on them. One is kept if all are: then nothing gets here, and its own path says so.
  void leave_out_dead(std::vector<Arrival>& all) const {
    bool any_alive = std::any_of(all.begin(), all.end(), [&](const Arrival& arrival) { return !is_dead(arrival.state); });
    if (any_alive) std::erase_if(all, [&](const Arrival& arrival) { return is_dead(arrival.state); });
    else all.resize(1);
  }

  bool is_dead(const State& state) const {
    return std::any_of(state.path.begin(), state.path.end(), [&](TermId bit) { return pool_.is_constant(bit, 0); });
  }

  /// `state` must satisfy the node's atoms; at the entry it may then use them.
  void meet(std::uint32_t number, State& state) {
    const std::vector<Atom>& atoms = graph_.nodes[number].atoms;
    for (std::uint32_t i = 0; i < atoms.size(); ++i) {
      TermId bit = bit_of(atoms[i], state, program_, pool_);
      if (bit == kNoTerm) return refuse(number, "an atom speaks of what has no value there, or says what its kind cannot");
      add({.is_structure = true, .what = "atom " + std::to_string(i) + " of node " + std::to_string(number), .atom_of = number, .atom = i}, pool_.negate(bit), state);
      if (number == 0) learn(bit, true, state);
    }
  }

  /// Every execution that passes the bound does so at some node. Where the longest way is within it, nothing is asked.
  void spend(const Block& block, State& state) {
    state.cost = pool_.make(Op::add, 64, state.cost, pool_.constant(block.cost, 64), kNoTerm, true);
    if (shape_.longest[node_] <= limits_.instruction_bound) return;
    TermId late = pool_.make(Op::slt, 1, pool_.constant(static_cast<Word>(limits_.instruction_bound), 64), state.cost);
    std::string what = "it may run for more than " + std::to_string(limits_.instruction_bound) + " instructions";
    add({.is_structure = true, .property = Property::terminates, .what = what}, late, state);
    learn(late, false, state);
  }

  // ---- what must hold ------------------------------------------------------------------------------------------------------

  void add(Obligation obligation, TermId violation, const State& state) {
    obligation.node = node_;
    obligation.segment = segment_;
    obligation.path = state.path;
    obligation.violation = violation;
    out_.list.push_back(std::move(obligation));
  }

  void check(std::uint32_t number, TermId violation, const State& state) {
    const lower::Check& at = program_.checks[number];
    add({.property = at.property, .what = at.what, .line = at.line}, violation, state);
  }

  /// From here on the bit is known.
  void learn(TermId bit, bool truth, State& state) {
    TermId known = truth ? bit : pool_.negate(bit);
    if (pool_.is_constant(known, 1)) return;
    state.path.push_back(known);
    make_exact(state);
  }

  /// Where an overflow is now excluded, the guarded result is the integer one.
  void make_exact(State& state) {
    for (auto [result, flag] : guarded_) {
      TermId test = state.values[flag], now = state.values[result];
      if (test == kNoTerm || now == kNoTerm || !tests_overflow_of(test, now) || !is_known_false(test, state)) continue;
      const lower::Term term = pool_[now];
      state.values[result] = pool_.make(term.op, term.width, term.a, term.b, kNoTerm, true);
    }
  }

  /// A value may be left from an earlier iteration: the test must be about these very operands.
  bool tests_overflow_of(TermId test, TermId result) const {
    const lower::Term &tested = pool_[test], &computed = pool_[result];
    return tested.kind == lower::TermKind::operation && computed.kind == lower::TermKind::operation && is_arithmetic(computed.op) &&
           !computed.exact && tested.op == overflow_test(computed.op) && tested.a == computed.a && tested.b == computed.b;
  }

  bool is_known_false(TermId bit, const State& state) {
    TermId opposite = pool_.negate(bit);
    return pool_.is_constant(bit, 0) || std::find(state.path.begin(), state.path.end(), opposite) != state.path.end();
  }

  // ---- instructions ----------------------------------------------------------------------------------------------------------

  TermId term(ValueId value, const State& state) { return value_term(value, state, program_, pool_); }

  void execute(const Instruction& at, State& state) {
    switch (at.action) {
      case Action::compute: compute(at, state); break;
      case Action::require: hold(at.check, term(at.a, state), state); break;
      case Action::assume: learn(term(at.a, state), true, state); break;
      case Action::load: load(at, state); break;
      case Action::store: store(at, state); break;
    }
  }

  void compute(const Instruction& at, State& state) {
    bool exact = at.overflow_flag != kNone && is_known_false(term(at.overflow_flag, state), state);
    TermId a = term(at.a, state), b = term(at.b, state), c = term(at.c, state);
    if (exact && !tests_these(term(at.overflow_flag, state), at.op, a, b)) exact = false;
    state.values[at.result] = pool_.make(at.op, program_.values[at.result].width, a, b, c, exact);
  }

  /// The flag is about these operands, whatever their order; a constant flag was folded from them.
  bool tests_these(TermId flag, Op op, TermId a, TermId b) {
    if (pool_.is_constant(flag)) return true;
    return flag == pool_.make(overflow_test(op), 1, a, b);
  }

  void hold(std::uint32_t number, TermId bit, State& state) {
    check(number, pool_.negate(bit), state);
    learn(bit, true, state);
  }

  TermId hits(TermId offset, std::uint32_t slot) { return pool_.make(Op::eq, 1, offset, pool_.constant(program_.slots[slot].offset, 64)); }

  /// The slots that an access may hit, with the obligation that it hits one.
  std::vector<std::uint32_t> reach(const Instruction& at, std::uint32_t bytes, State& state) {
    const lower::Object& object = program_.objects[at.object];
    TermId offset = term(at.a, state), any = pool_.truth(false);
    std::vector<std::uint32_t> out;
    for (std::uint32_t slot = object.first_slot; slot < object.first_slot + object.slot_count; ++slot) {
      TermId here = program_.slots[slot].bytes == bytes ? hits(offset, slot) : pool_.truth(false);
      if (pool_.is_constant(here, 0)) continue;
      out.push_back(slot);
      any = pool_.either(any, here);
    }
    hold(at.check, any, state);
    return out;
  }

  void load(const Instruction& at, State& state) {
    const lower::Value& into = program_.values[at.result];
    TermId offset = term(at.a, state), value = kNoTerm, unset = pool_.truth(false);
    for (std::uint32_t slot : reach(at, into.width / 8, state)) {
      TermId cell = state.memory[slot];
      if (cell == kNoTerm) {
        unset = pool_.either(unset, hits(offset, slot));
        cell = pool_.constant(0, into.width, into.is_double);
      }
      value = value == kNoTerm ? cell : pool_.make(Op::select, into.width, hits(offset, slot), cell, value);
    }
    hold(at.check, pool_.negate(unset), state);
    state.values[at.result] = value == kNoTerm ? pool_.constant(0, into.width, into.is_double) : value;
  }

  void store(const Instruction& at, State& state) {
    TermId value = term(at.b, state), offset = term(at.a, state);
    auto slots = reach(at, program_.values[at.b].width / 8, state);
    for (std::uint32_t slot : slots) {
      TermId& cell = state.memory[slot];
      if (slots.size() == 1) cell = value;
      else if (cell != kNoTerm) cell = pool_.make(Op::select, pool_[value].width, hits(offset, slot), value, cell);
    }
  }

  // ---- ends ------------------------------------------------------------------------------------------------------------------

  void jump(const Node& node, const Block& block, State state) {
    if (node.next[0] == kNone) never_taken(block.target[0], pool_.truth(true), state);
    else follow(node.next[0], std::move(state));
  }

  void branch(const Node& node, const Block& block, State state) {
    TermId bit = term(block.condition, state);
    for (unsigned which = 0; which < 2; ++which) {
      if (node.next[which] == kNone) {
        never_taken(block.target[which], which == 0 ? bit : pool_.negate(bit), state);
      } else {
        State taken = state;
        learn(bit, which == 0, taken);
        follow(node.next[which], std::move(taken));
      }
    }
  }

  void never_taken(std::uint32_t target, TermId violation, const State& state) {
    const Block& block = program_.blocks[target];
    bool is_trap = block.end == End::trap && block.instructions.empty();
    Obligation out{.is_structure = true, .what = "the edge to block " + std::to_string(target) + " is not taken"};
    if (is_trap) out.what = program_.checks[block.check].what, out.line = program_.checks[block.check].line;
    add(std::move(out), violation, state);
  }

  void follow(std::uint32_t to, State state) {
    std::uint32_t from = graph_.nodes[node_].block, into = graph_.nodes[to].block;
    if (!choose_phis(program_.blocks[into], from, state)) return refuse(to, "a phi does not name the block that it is entered from");
    if (std::uint32_t loop = loop_headed_by(program_, into); loop != kNone) {
      TermId zero = pool_.constant(0, 64), one = pool_.constant(1, 64);
      state.trips[loop] = lies_in(program_, from, loop) ? pool_.make(Op::add, 64, state.trips[loop], one, kNoTerm, true) : zero;
    }
    meet(to, state);
    segment_of_[to] = segment_;
    if (shape_.place[to] <= shape_.place[node_]) return come_back(to, state);
    arrivals_[to].push_back({node_, std::move(state)});
  }

  /// All phis read before any is written.
  bool choose_phis(const Block& block, std::uint32_t from, State& state) {
    std::vector<TermId> chosen;
    for (const lower::Phi& phi : block.phis)
      for (auto [predecessor, value] : phi.incoming)
        if (predecessor == from) {
          chosen.push_back(term(value, state));
          break;
        }
    if (chosen.size() != block.phis.size()) return false;
    for (std::size_t i = 0; i < chosen.size(); ++i) state.values[block.phis[i].result] = chosen[i];
    return true;
  }

  /// What the head kept must be what comes back, and what it took for set must be set.
  void come_back(std::uint32_t head, const State& state) {
    const auto& [entry, redefined] = heads_.at(head);
    auto agrees = [](TermId kept, TermId back, bool changes) { return kept == kNoTerm || (changes ? back != kNoTerm : back == kept); };
    bool good = true;
    for (std::size_t i = 0; i < entry.values.size(); ++i) good = good && agrees(entry.values[i], state.values[i], redefined.values[i]);
    for (std::size_t i = 0; i < entry.memory.size(); ++i) good = good && agrees(entry.memory[i], state.memory[i], redefined.slots[i]);
    for (std::size_t i = 0; i < entry.trips.size(); ++i) good = good && agrees(entry.trips[i], state.trips[i], redefined.trips[i]);
    if (!good) refuse(head, "a value that its cycle was not seen to change comes back changed");
  }

  /// `x` must lie in its declared range here.
  void confine(TermId x, Word min, Word max, const std::string& what, const State& state) {
    TermId inside = x == kNoTerm ? pool_.truth(false) : within(x, min, max, pool_);
    add({.property = Property::output_range, .what = what}, pool_.negate(inside), state);
  }

  void give_back(const Block& block, const State& state) {
    if (program_.return_width > 1)
      confine(term(block.condition, state), program_.return_min, program_.return_max, "the answer leaves its declared range", state);
    for (const lower::Object& object : program_.objects)
      for (std::uint32_t i = object.first_slot; object.is_state && i < object.first_slot + object.slot_count; ++i)
        confine(state.memory[i], program_.slots[i].min, program_.slots[i].max, program_.slots[i].name + " leaves its declared range", state);
  }

  const Program& program_;
  const Graph& graph_;
  const Shape& shape_;
  Mode mode_;
  const Limits& limits_;
  Obligations& out_;
  TermPool& pool_;
  std::vector<std::pair<ValueId, ValueId>> guarded_;  ///< results and their overflow tests
  std::map<std::uint32_t, std::vector<Arrival>> arrivals_;
  std::map<std::uint32_t, std::pair<State, Redefined>> heads_;
  std::map<std::uint32_t, std::uint32_t> segment_of_;
  std::uint32_t node_ = 0, segment_ = 0;
  std::optional<std::string> refusal_;
};

}  // namespace

std::string_view name_of(Mode mode) { return mode == Mode::steps ? "steps" : "whole"; }

bool Obligations::is_trivial(std::size_t index) const {
  const Obligation& at = list[index];
  return pool.is_constant(at.violation, 0) || std::any_of(at.path.begin(), at.path.end(), [&](lower::TermId bit) { return pool.is_constant(bit, 0); });
}

Result<Obligations> generate(const Program& program, const Graph& graph, const Shape& shape, Mode mode, const Limits& limits) {
  Obligations out;
  if (auto walked = Walker(program, graph, shape, mode, limits, out).run(); !walked) return std::unexpected(walked.error());
  return out;
}

}  // namespace assay::verify::proof
