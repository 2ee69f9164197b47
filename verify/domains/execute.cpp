#include "verify/domains/explorer.h"
#include "verify/domains/float_interval.h"

namespace assay::verify::domains {

using lower::Action;
using lower::Instruction;
using lower::kNone;
using lower::kNoTerm;
using lower::ValueId;

TermId Explorer::term(ValueId value, const State& state) {
  if (value == kNone) return kNoTerm;
  const lower::Value& known = program_.values[value];
  return known.is_constant ? pool_.constant(known.constant, known.width, known.is_double) : state.values[value];
}

Interval Explorer::transfer_of(TermId id, const State& state) {
  const lower::Term t = pool_[id];
  if (t.kind != lower::TermKind::operation) return range(id, state);
  Interval none{0, 0};
  if (lower::is_float(t.op)) return float_transfer(t.op, t.width, range(t.a, state), t.b == kNoTerm ? none : range(t.b, state));
  return transfer(t.op, t.width, pool_.operand_width(t), range(t.a, state), t.b == kNoTerm ? none : range(t.b, state),
                  t.c == kNoTerm ? none : range(t.c, state), t.exact);
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
  Interval computed = transfer_of(result, state);
  if (at.op == Op::select)
    if (auto chosen = choice_of(a, b, c, state)) computed = meet(computed, *chosen).value_or(computed);
  if (exact && at.op == Op::sub && Differences::handles(result, pool_))
    computed = meet(computed, differences(state).between(a, b)).value_or(computed);
  state.facts.restrict_to(result, computed, ranges_);
}

/// Each side of a choice counts with what the condition says of it: min(x, 9) is at most 9.
std::optional<Interval> Explorer::choice_of(TermId condition, TermId yes, TermId no, const State& state) {
  Facts when_true = state.facts, when_false = state.facts;
  bool first = assume(when_true, condition, true, pool_, ranges_), second = assume(when_false, condition, false, pool_, ranges_);
  if (first && second) return hull(when_true.range(yes, ranges_), when_false.range(no, ranges_));
  if (first) return when_true.range(yes, ranges_);
  if (second) return when_false.range(no, ranges_);
  return std::nullopt;
}

/// Slots of the right size that an offset in the interval can hit.
std::vector<std::uint32_t> Explorer::slots_in_reach(const Instruction& at, const lower::Value& moved, const Interval& offsets) const {
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

/// Every multiple of the stride that the interval allows is the offset of a slot in reach: then the access hits one.
bool Explorer::always_hits(TermId offset, const Interval& offsets, const std::vector<std::uint32_t>& reach) const {
  Word stride = Word{1} << std::min(16u, pool_.trailing_zeros(offset));
  if (reach.empty() || offsets.lo < 0) return false;
  Word first = (offsets.lo + stride - 1) / stride * stride;
  std::size_t found = 0;
  for (Word wanted = first; wanted <= offsets.hi; wanted += stride, ++found)
    if (found >= reach.size() || program_.slots[reach[found]].offset != wanted) return false;
  return true;
}

/// The slots that an access may hit, with the obligation that it hits one. Empty: nothing gets past it.
std::vector<std::uint32_t> Explorer::reach(const Instruction& at, const lower::Value& moved, State& state) {
  TermId offset = term(at.a, state);
  Interval offsets = range(offset, state);
  auto slots = slots_in_reach(at, moved, offsets);
  if (options_.use_intervals && always_hits(offset, offsets, slots)) {
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
  TermId offset = term(at.a, state), value = kNoTerm;
  TermId unset = pool_.truth(false);
  std::optional<Interval> all;
  for (std::uint32_t slot : slots) {
    TermId cell = state.memory[slot];
    if (cell == kNoTerm) {
      unset = pool_.either(unset, hits(offset, slot));
      cell = pool_.constant(0, program_.values[at.result].width, program_.values[at.result].is_double);
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

bool Explorer::store(const Instruction& at, State& state) {
  TermId value = term(at.b, state), offset = term(at.a, state);
  auto slots = reach(at, program_.values[at.b], state);
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

}  // namespace assay::verify::domains
