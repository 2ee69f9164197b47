#include "verify/proof/state.h"

#include <algorithm>

namespace assay::verify::proof {
namespace {

using lower::kNone;
using lower::kNoTerm;
using lower::Op;
using lower::Program;

TermId at_most(TermId a, TermId b, TermPool& pool) { return pool.negate(pool.make(Op::slt, 1, b, a)); }

TermId wider(TermId x, unsigned width, TermPool& pool) { return pool[x].width == width ? x : pool.make(Op::sext, width, x); }

/// x - y <= b in 128 bits, where nothing overflows for operands of up to 64.
TermId difference(TermId x, TermId y, Word b, TermPool& pool) {
  if (pool[x].width > 64 || pool[y].width > 64 || pool[x].width == 1 || pool[y].width == 1) return kNoTerm;
  TermId gap = pool.make(Op::sub, 128, wider(x, 128, pool), wider(y, 128, pool), kNoTerm, true);
  return at_most(gap, pool.constant(b, 128), pool);
}

/// x - b is a multiple of a, in 128 bits.
TermId congruence(TermId x, Word a, Word b, TermPool& pool) {
  if (a <= 0 || b < 0 || b >= a || pool[x].width > 64 || pool[x].width == 1 || a > lower::largest(64)) return kNoTerm;
  TermId gap = pool.make(Op::sub, 128, wider(x, 128, pool), pool.constant(b, 128), kNoTerm, true);
  return pool.make(Op::eq, 1, pool.make(Op::srem, 128, gap, pool.constant(a, 128)), pool.constant(0, 128));
}

/// Outside of what the width can hold, a bound says nothing (or excludes everything): never a wrapped constant.
TermId unsigned_within(TermId x, Word a, Word b, TermPool& pool) {
  unsigned width = pool[x].width;
  if (width == 1 || width > 64 || a < 0 || b < a || b >= (Word{1} << width)) return kNoTerm;
  auto constant = [&](Word value) { return pool.constant(lower::wrap(static_cast<lower::UnsignedWord>(value), width), width); };
  TermId low = pool.negate(pool.make(Op::ult, 1, x, constant(a))), high = pool.negate(pool.make(Op::ult, 1, constant(b), x));
  return pool.both(low, high);
}

TermId known_bits(TermId x, Word a, Word b, TermPool& pool) {
  unsigned width = pool[x].width;
  bool fits = width > 1 && a >= lower::smallest(width) && a <= lower::largest(width) && b >= lower::smallest(width) && b <= lower::largest(width);
  if (!fits) return kNoTerm;
  return pool.make(Op::eq, 1, pool.make(Op::and_, width, x, pool.constant(a, width)), pool.constant(b, width));
}

}  // namespace

State start_of(const Program& program, TermPool& pool) {
  State state;
  state.values.assign(program.values.size(), kNoTerm);
  for (const lower::Slot& slot : program.slots) state.memory.push_back(pool.constant(slot.initial, slot.bytes * 8, slot.is_double));
  for (const lower::Object& object : program.objects)
    for (std::uint32_t i = 0; object.is_scratch && i < object.slot_count; ++i) state.memory[object.first_slot + i] = kNoTerm;
  for (std::uint32_t i = 0; i < program.inputs.size(); ++i) {
    const lower::Input& input = program.inputs[i];
    if (input.value != kNone) state.values[input.value] = pool.input(i, program.values[input.value].width, input.is_double);
    else state.memory[input.slot] = pool.input(i, program.slots[input.slot].bytes * 8, input.is_double);
  }
  state.trips.assign(program.loops.size(), pool.constant(0, 64));
  state.cost = pool.constant(0, 64);
  return state;
}

TermId value_term(lower::ValueId value, const State& state, const Program& program, TermPool& pool) {
  if (value == kNone) return kNoTerm;
  const lower::Value& known = program.values[value];
  return known.is_constant ? pool.constant(known.constant, known.width, known.is_double) : state.values[value];
}

TermId term_of(const Quantity& quantity, const State& state, const Program& program, TermPool& pool) {
  switch (quantity.kind) {
    case Quantity::Kind::value: return quantity.index < program.values.size() ? value_term(quantity.index, state, program, pool) : kNoTerm;
    case Quantity::Kind::slot: return quantity.index < state.memory.size() ? state.memory[quantity.index] : kNoTerm;
    case Quantity::Kind::trips: return quantity.index < state.trips.size() ? state.trips[quantity.index] : kNoTerm;
    case Quantity::Kind::cost: return state.cost;
  }
  return kNoTerm;
}

TermId within(TermId x, Word min, Word max, TermPool& pool) {
  unsigned width = pool[x].width;
  if (pool[x].is_double) {
    TermId low = pool.make(Op::fle, 1, pool.constant(min, 64, true), x), high = pool.make(Op::fle, 1, x, pool.constant(max, 64, true));
    return pool.both(low, high);
  }
  Word lowest = lower::smallest(width), highest = lower::largest(width);
  if (min > highest || max < lowest || min > max) return pool.truth(false);
  TermId low = min <= lowest ? pool.truth(true) : width == 1 ? x : at_most(pool.constant(min, width), x, pool);
  TermId high = max >= highest ? pool.truth(true) : width == 1 ? pool.negate(x) : at_most(x, pool.constant(max, width), pool);
  return pool.both(low, high);
}

TermId bit_of(const Atom& atom, const State& state, const Program& program, TermPool& pool) {
  TermId x = term_of(atom.x, state, program, pool);
  if (x == kNoTerm) return kNoTerm;
  bool for_doubles = atom.kind == Atom::Kind::double_range || atom.kind == Atom::Kind::not_nan;
  if (for_doubles != pool[x].is_double) return kNoTerm;
  switch (atom.kind) {
    case Atom::Kind::range: return within(x, atom.a, atom.b, pool);
    case Atom::Kind::unsigned_range: return unsigned_within(x, atom.a, atom.b, pool);
    case Atom::Kind::known_bits: return known_bits(x, atom.a, atom.b, pool);
    case Atom::Kind::congruence: return congruence(x, atom.a, atom.b, pool);
    case Atom::Kind::double_range: return within(x, atom.a, atom.b, pool);
    case Atom::Kind::not_nan: return pool.negate(pool.make(Op::funordered, 1, x, x));
    case Atom::Kind::difference: {
      TermId y = term_of(atom.y, state, program, pool);
      return y == kNoTerm || pool[y].is_double ? kNoTerm : difference(x, y, atom.b, pool);
    }
  }
  return kNoTerm;
}

}  // namespace assay::verify::proof
