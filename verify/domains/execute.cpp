#include "verify/domains/explorer.h"
#include "verify/domains/float_interval.h"

namespace assay::verify::domains {

using lower::Action;
using lower::Instruction;
using lower::kNone;
using lower::kNoTerm;
using lower::ValueId;

namespace {

constexpr int kChoices = 4;  ///< choices and operations on doubles that one look goes through

}  // namespace

TermId Explorer::term(ValueId value, const State& state) {
  if (value == kNone) return kNoTerm;
  const lower::Value& known = program_.values[value];
  return known.is_constant ? pool_.constant(known.constant, known.width, known.is_double) : state.values[value];
}

Integer Explorer::transfer_of(TermId id, const State& state) {
  return options_.use_intervals ? evaluate_once(state.facts, id, pool_, ranges_) : Integer::within(range(id, state), pool_[id].width);
}

Integer Explorer::value(TermId id, const State& state) {
  return options_.use_intervals ? state.facts.value(id, ranges_) : Integer::within(range(id, state), pool_[id].width);
}

/// False: nothing gets past it.
bool Explorer::execute(const Instruction& at, State& state) {
  switch (at.action) {
    case Action::compute: compute(at, state); return true;
    case Action::require: return hold(at.check, term(at.a, state), state);
    case Action::assume: return assumed(term(at.a, state), state);
    case Action::load: return load(at, state);
    case Action::store: return store(at, state);
  }
  return false;
}

void Explorer::compute(const Instruction& at, State& state) {
  TermId a = term(at.a, state), b = term(at.b, state), c = term(at.c, state);
  bool exact = at.overflow_flag != kNone && known_false(term(at.overflow_flag, state), state);
  if (at.overflow_flag != kNone && !exact) guarded_[at.result] = at.overflow_flag;
  unsigned width = program_.values[at.result].width;
  TermId result = pool_.make(at.op, width, a, b, c, exact);
  state.values[at.result] = result;
  if (!options_.use_intervals) return;
  Integer computed = transfer_of(result, state);
  if (pool_[result].is_double) computed = meet(computed, double_under(state.facts, result, kChoices)).value_or(computed);
  if (exact && at.op == Op::sub && Differences::handles(result, pool_))
    computed = meet(computed, differences(state).between(a, b)).value_or(computed);
  state.facts.restrict_to(result, computed, ranges_);
}

/// A double from its operands under the facts, choices side by side: clamps of doubles are choices within choices, of which
/// the outer one alone excludes NaN.
Interval Explorer::double_under(const Facts& facts, TermId id, int depth) {
  const lower::Term term = pool_[id];
  const Interval known = facts.range(id, ranges_);
  if (!term.is_double || term.kind != lower::TermKind::operation || depth == 0) return known;
  Interval found = known;
  if (term.op == Op::select) {
    Facts when_true = facts, when_false = facts;
    const bool first = assume(when_true, term.a, true, pool_, ranges_), second = assume(when_false, term.a, false, pool_, ranges_);
    if (first) found = double_under(when_true, term.b, depth - 1);
    if (second) found = first ? hull(found, double_under(when_false, term.c, depth - 1)) : double_under(when_false, term.c, depth - 1);
  } else if (term.op != Op::int_to_double) {
    Interval none{0, 0};
    found = float_transfer(term.op, 64, double_under(facts, term.a, depth - 1), term.b == kNoTerm ? none : double_under(facts, term.b, depth - 1));
  }
  return meet(found, known).value_or(known);
}

/// Slots of the right size that an offset in the interval can hit.
std::vector<std::uint32_t> Explorer::slots_in_reach(const Instruction& at, const lower::Value& moved, const Integer& offsets) const {
  const lower::Object& object = program_.objects[at.object];
  std::vector<std::uint32_t> out;
  for (std::uint32_t slot = object.first_slot; slot < object.first_slot + object.slot_count; ++slot)
    if (program_.slots[slot].bytes == moved.width / 8 && program_.slots[slot].is_double == moved.is_double &&
        offsets.contains(program_.slots[slot].offset))
      out.push_back(slot);
  return out;
}

TermId Explorer::hits(TermId offset, std::uint32_t slot) {
  return pool_.make(Op::eq, 1, offset, pool_.constant(program_.slots[slot].offset, 64));
}

/// Every offset that the value allows, by its bounds and its stride, is that of a slot in reach: then the access hits one.
bool Explorer::always_hits(const Integer& offset, const std::vector<std::uint32_t>& reach) const {
  if (reach.empty() || offset.range.lo < 0) return false;
  const Word stride = std::max<Word>(1, offset.congruence.modulus);
  const Word first = offset.range.lo + ((offset.congruence.residue - offset.range.lo) % stride + stride) % stride;  // a member, or past them
  std::size_t found = 0;
  for (Word wanted = first; wanted <= offset.range.hi; wanted += stride, ++found)
    if (found >= reach.size() || program_.slots[reach[found]].offset != wanted) return false;
  return true;
}

/// The slots that an access may hit, with the obligation that it hits one. Empty: nothing gets past it.
std::vector<std::uint32_t> Explorer::reach(const Instruction& at, const lower::Value& moved, State& state) {
  TermId offset = term(at.a, state);
  Integer offsets = value(offset, state);
  auto slots = slots_in_reach(at, moved, offsets);
  if (options_.use_intervals && always_hits(offsets, slots)) {
    settle(at.check);
    return slots;
  }
  TermId any = pool_.truth(false);
  for (std::uint32_t slot : slots) any = pool_.either(any, hits(offset, slot));
  if (!hold(at.check, any, state)) return {};
  return slots;
}

bool Explorer::load(const Instruction& at, State& state) {
  auto slots = reach(at, program_.values[at.result], state);
  if (slots.empty()) return false;
  TermId offset = term(at.a, state), loaded = kNoTerm;
  TermId unset = pool_.truth(false);
  std::optional<Integer> all;
  for (std::uint32_t slot : slots) {
    TermId cell = state.memory[slot];
    if (cell == kNoTerm) {
      unset = pool_.either(unset, hits(offset, slot));
      cell = pool_.constant(0, program_.values[at.result].width, program_.values[at.result].is_double);
    }
    Integer now = value(cell, state);
    all = all ? join(*all, now) : now;
    loaded = loaded == kNoTerm ? cell : pool_.make(Op::select, pool_[cell].width, hits(offset, slot), cell, loaded);
  }
  if (!pool_.is_constant(unset, 0) && !hold(at.check, pool_.negate(unset), state)) return false;
  state.values[at.result] = loaded;
  if (options_.use_intervals) state.facts.restrict_to(loaded, *all, ranges_);
  return true;
}

bool Explorer::store(const Instruction& at, State& state) {
  TermId stored = term(at.b, state), offset = term(at.a, state);
  auto slots = reach(at, program_.values[at.b], state);
  if (slots.empty()) return false;
  for (std::uint32_t slot : slots) {
    TermId before = state.memory[slot];
    if (slots.size() == 1) {
      state.memory[slot] = stored;
    } else if (before != kNoTerm) {
      TermId now = pool_.make(Op::select, pool_[stored].width, hits(offset, slot), stored, before);
      Integer both = join(value(stored, state), value(before, state));
      state.memory[slot] = now;
      if (options_.use_intervals) state.facts.restrict_to(now, both, ranges_);
    }
  }
  return true;
}

}  // namespace assay::verify::domains
