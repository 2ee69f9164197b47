#include "verify/domains/explore.h"

#include <cassert>
#include <map>

#include "verify/domains/record.h"
#include "verify/domains/state.h"

namespace assay::verify::domains {
namespace {

using lower::Action;
using lower::Block;
using lower::Check;
using lower::End;
using lower::Instruction;
using lower::kNone;
using lower::kNoTerm;
using lower::Program;
using lower::Property;
using lower::ValueId;

/// Names one instance of a block so that instances sort topologically: place, iteration, place, iteration, ..., place.
using Key = std::vector<std::uint32_t>;

/// An instance that some way leads to and that is not visited yet.
struct Pending {
  std::uint32_t block = 0;
  std::uint32_t node = kNone;  ///< its place in the recorded graph
  std::vector<Arrival> arrivals;
};

class Explorer {
 public:
  Explorer(const Program& program, TermPool& pool, const ExploreOptions& options)
      : program_(program), pool_(pool), options_(options), ranges_(pool, program) {}

  Exploration run() {
    Key entry = key_of(0, {}, kNone);
    pending_[entry] = {0, nodes_++, {Arrival{kNone, start()}}};
    std::uint64_t instances = 0;
    while (!pending_.empty() && !out_.gave_up) {
      auto node = pending_.extract(pending_.begin());
      bool too_much = ++instances > options_.most_instances || work_ > options_.most_work || pool_.size() > options_.most_terms;
      if (too_much) give_up("a loop unrolls into more than the certifier follows");
      else visit(node.key(), std::move(node.mapped()));
    }
    return std::move(out_);
  }

 private:
  State start() {
    State state;
    state.values.assign(program_.values.size(), kNoTerm);
    for (const lower::Slot& slot : program_.slots) state.memory.push_back(pool_.constant(slot.initial, slot.bytes * 8));
    for (const lower::Object& object : program_.objects)
      for (std::uint32_t i = 0; object.is_scratch && i < object.slot_count; ++i) state.memory[object.first_slot + i] = kNoTerm;
    for (std::uint32_t i = 0; i < program_.inputs.size(); ++i) {
      const lower::Input& input = program_.inputs[i];
      if (input.value != kNone) state.values[input.value] = pool_.input(i, program_.values[input.value].width);
      else state.memory[input.slot] = pool_.input(i, program_.slots[input.slot].bytes * 8);
    }
    state.cost = pool_.constant(0, 64);
    return state;
  }

  // ---- instances and their order -------------------------------------------------------------------------------

  std::vector<std::uint32_t> loops_around(std::uint32_t block) const {
    std::vector<std::uint32_t> chain;
    for (std::uint32_t loop = program_.blocks[block].loop; loop != kNone; loop = program_.loops[loop].parent)
      chain.insert(chain.begin(), loop);
    return chain;
  }

  /// The instance of `block` that an edge from the instance (`from`, `key`) leads to. An edge to the header of a loop
  /// that holds its source goes to the next iteration; a loop that is entered starts at iteration 0.
  Key key_of(std::uint32_t block, const Key& key, std::uint32_t from) const {
    auto chain = loops_around(block);
    auto source = from == kNone ? std::vector<std::uint32_t>{} : loops_around(from);
    Key out;
    for (std::size_t i = 0; i < chain.size(); ++i) {
      bool stays = i < source.size() && source[i] == chain[i];
      std::uint32_t iteration = stays ? key[2 * i + 1] : 0;
      if (stays && i + 1 == chain.size() && program_.loops[chain[i]].header == block) ++iteration;
      out.push_back(program_.loops[chain[i]].position);
      out.push_back(iteration);
    }
    out.push_back(program_.blocks[block].position);
    return out;
  }

  /// Along target `edge` of the block that is being visited.
  void send(const Key& key, std::uint32_t from, std::size_t edge, State state) {
    work_ += state.facts.size() + state.path.size() + state.values.size() / 4;
    std::uint32_t to = program_.blocks[from].target[edge];
    auto [at, is_new] = pending_.try_emplace(key_of(to, key, from));
    if (is_new) at->second = {to, nodes_++, {}};
    at->second.arrivals.push_back({from, std::move(state)});
    if (options_.record) node_at(node_).next[edge] = at->second.node;
  }

  proof::Node& node_at(std::uint32_t node) {
    if (out_.graph.nodes.size() <= node) out_.graph.nodes.resize(node + 1);
    return out_.graph.nodes[node];
  }

  /// The entry starts from the declared ranges, which are no atoms; where ways merge, what is known of what goes on.
  void record(std::uint32_t number, bool merges, const State& state) {
    if (!options_.record) return;
    proof::Node& node = node_at(node_);
    node.block = number;
    node.is_cut = merges || node_ == 0;
    if (merges) node.atoms = atoms_of(program_, program_.blocks[number], state, pool_, ranges_);
  }

  void give_up(std::string why) {
    out_.gave_up = std::move(why);
    out_.gave_up_line = line_;
  }

  // ---- one instance ------------------------------------------------------------------------------------------------

  void visit(const Key& key, Pending at_last) {
    std::uint32_t number = at_last.block;
    node_ = at_last.node;
    const Block& block = program_.blocks[number];
    bool merges = at_last.arrivals.size() > 1;
    State state = merge(program_, block, std::move(at_last.arrivals), pool_, ranges_);
    record(number, merges, state);
    if (!spend(block, state)) return;
    for (const Instruction& at : block.instructions)
      if (!execute(at, state)) return;
    switch (block.end) {
      case End::jump: send(key, number, 0, std::move(state)); return;
      case End::branch: branch(key, number, block, std::move(state)); return;
      case End::trap: violated(block.check, state, pool_.truth(true)); return;
      case End::give_back: give_back(block, state); return;
    }
  }

  /// False: every execution that gets here is past the bound, and that itself is the obligation.
  bool spend(const Block& block, State& state) {
    Interval before = state.facts.range(state.cost, ranges_);
    state.cost = pool_.make(Op::add, 64, state.cost, pool_.constant(block.cost, 64), kNoTerm, true);
    Interval after{before.lo + block.cost, before.hi + block.cost};
    state.facts.restrict_to(state.cost, after, ranges_);
    if (after.lo <= static_cast<Word>(options_.instruction_bound)) return true;
    open(Property::terminates, too_long(), line_, kNone, state, pool_.truth(true));
    return false;
  }

  std::string too_long() const { return "it may run for more than " + std::to_string(options_.instruction_bound) + " instructions"; }

  Interval range(TermId id, const State& state) {
    if (pool_.is_constant(id)) return {pool_[id].value, pool_[id].value};
    if (!options_.use_intervals) return whole(pool_[id].width);
    return state.facts.range(id, ranges_);
  }

  /// 0, 1 or nullopt. The deep look is for decisions only.
  std::optional<bool> decide(TermId bit, const State& state) {
    Interval now = range(bit, state);
    if (!now.single() && options_.use_intervals) now = evaluate_deep(state.facts, bit, pool_, ranges_);
    if (!now.single()) return std::nullopt;
    return now.lo != 0;
  }

  /// Everything after this place has the bit at `truth`. False: impossible by the facts.
  bool learn(State& state, TermId bit, bool truth) {
    state.path.push_back(truth ? bit : pool_.negate(bit));
    if (options_.use_intervals && !assume(state.facts, bit, truth, pool_, ranges_)) return false;
    make_exact(state);
    return true;
  }

  /// Where an overflow is now excluded, the guarded result is the integer one.
  void make_exact(State& state) {
    for (auto [result, flag] : guarded_) {
      TermId test = state.values[flag], now = state.values[result];
      if (now == kNoTerm || test == kNoTerm || !tests_overflow_of(test, now) || !known_false(test, state)) continue;
      const lower::Term term = pool_[now];
      TermId exact = pool_.make(term.op, term.width, term.a, term.b, kNoTerm, true);
      state.values[result] = exact;
      if (options_.use_intervals) state.facts.restrict_to(exact, transfer_of(exact, state), ranges_);
    }
  }

  /// A value may be left from an earlier iteration: the test must be about these very operands.
  bool tests_overflow_of(TermId test, TermId result) const {
    const lower::Term &tested = pool_[test], &computed = pool_[result];
    return tested.kind == lower::TermKind::operation && computed.kind == lower::TermKind::operation && is_arithmetic(computed.op) &&
           !computed.exact && tested.op == overflow_test(computed.op) && tested.a == computed.a && tested.b == computed.b;
  }

  /// By the facts, or because the path says so literally.
  bool known_false(TermId bit, const State& state) {
    if (range(bit, state) == Interval{0, 0}) return true;
    TermId opposite = pool_.negate(bit);
    for (TermId literal : state.path)
      if (literal == opposite) return true;
    return false;
  }

  void violated(std::uint32_t check, const State& state, TermId violation) {
    const Check& at = program_.checks[check];
    open(at.property, at.what, at.line, check, state, violation);
  }

  /// An execution ends at the first thing that goes wrong, and passing the bound comes before anything later: where the
  /// bound may have been passed, one obligation becomes two.
  void open(Property property, std::string what, int line, std::uint32_t check, const State& state, TermId violation) {
    bool may_be_late = state.facts.range(state.cost, ranges_).hi > static_cast<Word>(options_.instruction_bound);
    if (property != Property::terminates && may_be_late) {
      TermId late = past_bound(state);
      out_.open.push_back({Property::terminates, too_long(), line, state.path, pool_.both(violation, late), node_, kNone});
      violation = pool_.both(violation, pool_.negate(late));
    }
    out_.open.push_back({property, std::move(what), line, state.path, violation, node_, check});
  }

  TermId past_bound(const State& state) {
    return pool_.make(Op::slt, 1, pool_.constant(static_cast<Word>(options_.instruction_bound), 64), state.cost);
  }

  void settle(std::uint32_t check) { ++out_.settled[static_cast<std::size_t>(program_.checks[check].property)]; }

  // ---- instructions ------------------------------------------------------------------------------------------------

  TermId term(ValueId value, const State& state) {
    if (value == kNone) return kNoTerm;
    const lower::Value& known = program_.values[value];
    return known.is_constant ? pool_.constant(known.constant, known.width) : state.values[value];
  }

  Interval transfer_of(TermId id, const State& state) {
    const lower::Term t = pool_[id];
    if (t.kind != lower::TermKind::operation) return range(id, state);
    Interval none{0, 0};
    return transfer(t.op, t.width, pool_.operand_width(t), range(t.a, state), t.b == kNoTerm ? none : range(t.b, state),
                    t.c == kNoTerm ? none : range(t.c, state), t.exact);
  }

  /// False: nothing gets past it.
  bool execute(const Instruction& at, State& state) {
    switch (at.action) {
      case Action::compute: compute(at, state); return true;
      case Action::require: return hold(at.check, term(at.a, state), state);
      case Action::assume: return assumed(term(at.a, state), state);
      case Action::load: return load(at, state);
      case Action::store: return store(at, state);
    }
    return false;
  }

  void compute(const Instruction& at, State& state) {
    TermId a = term(at.a, state), b = term(at.b, state), c = term(at.c, state);
    bool exact = at.overflow_flag != kNone && known_false(term(at.overflow_flag, state), state);
    if (at.overflow_flag != kNone && !exact) guarded_[at.result] = at.overflow_flag;
    unsigned width = program_.values[at.result].width;
    TermId result = pool_.make(at.op, width, a, b, c, exact);
    state.values[at.result] = result;
    if (!options_.use_intervals) return;
    Interval computed = transfer_of(result, state);
    if (at.op == Op::select)
      if (auto chosen = choice_of(a, b, c, state)) computed = meet(computed, *chosen).value_or(computed);
    state.facts.restrict_to(result, computed, ranges_);
  }

  /// Each side of a choice counts with what the condition says of it: min(x, 9) is at most 9.
  std::optional<Interval> choice_of(TermId condition, TermId yes, TermId no, const State& state) {
    Facts when_true = state.facts, when_false = state.facts;
    bool first = assume(when_true, condition, true, pool_, ranges_), second = assume(when_false, condition, false, pool_, ranges_);
    if (first && second) return hull(when_true.range(yes, ranges_), when_false.range(no, ranges_));
    if (first) return when_true.range(yes, ranges_);
    if (second) return when_false.range(no, ranges_);
    return std::nullopt;
  }

  bool hold(std::uint32_t check, TermId bit, State& state) {
    auto known = decide(bit, state);
    if (known == true) {
      settle(check);
      return true;
    }
    violated(check, state, pool_.negate(bit));
    return known != false && learn(state, bit, true);
  }

  /// False: no input that is spoken of gets past it. What is assumed becomes part of every later path.
  bool assumed(TermId bit, State& state) {
    auto known = decide(bit, state);
    return known == true || (known != false && learn(state, bit, true));
  }

  /// Slots of the right size that an offset in the interval can hit.
  std::vector<std::uint32_t> slots_in_reach(const Instruction& at, std::uint32_t bytes, const Interval& offsets) const {
    const lower::Object& object = program_.objects[at.object];
    std::vector<std::uint32_t> out;
    for (std::uint32_t slot = object.first_slot; slot < object.first_slot + object.slot_count; ++slot)
      if (program_.slots[slot].bytes == bytes && offsets.contains(program_.slots[slot].offset)) out.push_back(slot);
    return out;
  }

  TermId hits(TermId offset, std::uint32_t slot) {
    return pool_.make(Op::eq, 1, offset, pool_.constant(program_.slots[slot].offset, 64));
  }

  /// Every multiple of the stride that the interval allows is the offset of a slot in reach: then the access hits one.
  bool always_hits(TermId offset, const Interval& offsets, const std::vector<std::uint32_t>& reach) const {
    Word stride = Word{1} << std::min(16u, pool_.trailing_zeros(offset));
    if (reach.empty() || offsets.lo < 0) return false;
    Word first = (offsets.lo + stride - 1) / stride * stride;
    std::size_t found = 0;
    for (Word wanted = first; wanted <= offsets.hi; wanted += stride, ++found)
      if (found >= reach.size() || program_.slots[reach[found]].offset != wanted) return false;
    return true;
  }

  /// The slots that an access may hit, with the obligation that it hits one. Empty: nothing gets past it.
  std::vector<std::uint32_t> reach(const Instruction& at, std::uint32_t bytes, State& state) {
    TermId offset = term(at.a, state);
    Interval offsets = range(offset, state);
    auto slots = slots_in_reach(at, bytes, offsets);
    if (options_.use_intervals && always_hits(offset, offsets, slots)) {
      settle(at.check);
      return slots;
    }
    TermId any = pool_.truth(false);
    for (std::uint32_t slot : slots) any = pool_.either(any, hits(offset, slot));
    if (!hold(at.check, any, state)) return {};
    return slots;
  }

  bool load(const Instruction& at, State& state) {
    auto slots = reach(at, program_.values[at.result].width / 8, state);
    if (slots.empty()) return false;
    TermId offset = term(at.a, state), value = kNoTerm;
    TermId unset = pool_.truth(false);
    std::optional<Interval> all;
    for (std::uint32_t slot : slots) {
      TermId cell = state.memory[slot];
      if (cell == kNoTerm) {
        unset = pool_.either(unset, hits(offset, slot));
        cell = pool_.constant(0, program_.values[at.result].width);
      }
      Interval now = range(cell, state);
      all = all ? hull(*all, now) : now;
      value = value == kNoTerm ? cell : pool_.make(Op::select, pool_[cell].width, hits(offset, slot), cell, value);
    }
    if (!pool_.is_constant(unset, 0) && !hold(at.check, pool_.negate(unset), state)) return false;
    state.values[at.result] = value;
    if (options_.use_intervals) state.facts.restrict_to(value, *all, ranges_);
    return true;
  }

  bool store(const Instruction& at, State& state) {
    TermId value = term(at.b, state), offset = term(at.a, state);
    auto slots = reach(at, program_.values[at.b].width / 8, state);
    if (slots.empty()) return false;
    for (std::uint32_t slot : slots) {
      TermId before = state.memory[slot];
      if (slots.size() == 1) {
        state.memory[slot] = value;
      } else if (before != kNoTerm) {
        TermId now = pool_.make(Op::select, pool_[value].width, hits(offset, slot), value, before);
        Interval both = hull(range(value, state), range(before, state));
        state.memory[slot] = now;
        if (options_.use_intervals) state.facts.restrict_to(now, both, ranges_);
      }
    }
    return true;
  }

  // ---- ends --------------------------------------------------------------------------------------------------------

  void branch(const Key& key, std::uint32_t number, const Block& block, State state) {
    TermId bit = term(block.condition, state);
    auto known = decide(bit, state);
    if (known) {
      skipped(block.target[*known ? 1 : 0]);
      send(key, number, *known ? 0 : 1, std::move(state));
      return;
    }
    State other = state;
    bool first = learn(state, bit, true), second = learn(other, bit, false);
    if (!first) skipped(block.target[0]);
    if (!second) skipped(block.target[1]);
    if (first != second) (first ? state : other).path.pop_back();  // the facts imply it
    if (first) send(key, number, 0, std::move(state));
    if (second) send(key, number, 1, std::move(other));
  }

  void skipped(std::uint32_t target) {
    if (program_.blocks[target].end == End::trap && program_.blocks[target].instructions.empty()) settle(program_.blocks[target].check);
  }

  /// `term` must lie in `allowed` here.
  void confine(TermId id, const Interval& allowed, const std::string& what, const State& state) {
    Interval now = options_.use_intervals ? evaluate_deep(state.facts, id, pool_, ranges_) : range(id, state);
    if (now.within(allowed)) {
      ++out_.settled[static_cast<std::size_t>(Property::output_range)];
      return;
    }
    unsigned width = pool_[id].width;
    Interval all = whole(width);
    TermId outside = pool_.truth(false);
    if (allowed.lo > all.lo) outside = pool_.make(Op::slt, 1, id, pool_.constant(allowed.lo, width));
    if (allowed.hi < all.hi) outside = pool_.either(outside, pool_.make(Op::slt, 1, pool_.constant(allowed.hi, width), id));
    open(Property::output_range, what, 0, kNone, state, outside);
  }

  void give_back(const Block& block, const State& state) {
    out_.returns.push_back(state.path);
    out_.outcomes.push_back({state.path, block.condition == kNone ? kNoTerm : term(block.condition, state), state.memory});
    if (program_.return_width > 1)
      confine(term(block.condition, state), {program_.return_min, program_.return_max}, "the answer leaves its declared range", state);
    else if (program_.return_width == 1)
      ++out_.settled[static_cast<std::size_t>(Property::output_range)];
    for (const lower::Object& object : program_.objects)
      for (std::uint32_t i = object.first_slot; object.is_state && i < object.first_slot + object.slot_count; ++i)
        confine(state.memory[i], {program_.slots[i].min, program_.slots[i].max}, program_.slots[i].name + " leaves its declared range", state);
    if (state.facts.range(state.cost, ranges_).hi <= static_cast<Word>(options_.instruction_bound)) {
      ++out_.settled[static_cast<std::size_t>(Property::terminates)];
      return;
    }
    open(Property::terminates, too_long(), 0, kNone, state, past_bound(state));
  }

  const Program& program_;
  TermPool& pool_;
  const ExploreOptions& options_;
  Ranges ranges_;
  Exploration out_;
  int line_ = 0;
  std::uint64_t work_ = 0;
  std::uint32_t nodes_ = 0;     ///< numbers given out
  std::uint32_t node_ = kNone;  ///< of the instance that is being visited
  std::map<Key, Pending> pending_;
  std::map<ValueId, ValueId> guarded_;  ///< sums, differences and products whose overflow was open -> its test
};

}  // namespace

Exploration explore(const Program& program, TermPool& pool, const ExploreOptions& options) {
  return Explorer(program, pool, options).run();
}

}  // namespace assay::verify::domains
