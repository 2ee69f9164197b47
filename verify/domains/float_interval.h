#pragma once
// Intervals of doubles, as intervals of their order keys: the integers that count the doubles from below.
//
// key(-inf) < ... < key(-tiny) = -1 < key(0) = 0 < key(tiny) = 1 < ... < key(inf) < key(NaN). Both zeros have the key 0: they
// differ only in what they give as a divisor, and a division by zero is a trap of its own. So a set of doubles is a set of
// 64-bit integers, every domain of words carries it unchanged, and whatever is sound for sets of integers (join, meet,
// widening, choices) is sound here. gamma([lo, hi]) = { d : lo <= key(d) <= hi }. An interval that holds NaN holds every
// double above its lower end, too: what may be NaN has no upper bound until a comparison has excluded it.
//
// The transformers need no outward rounding. The concrete operation is the rounded one, and rounding to nearest is monotone,
// so the rounded results at the corners are themselves the least and the greatest result.

#include "verify/domains/interval.h"

namespace assay::verify::domains {

inline constexpr Word kNaNKey = lower::kNaN;
inline constexpr Word kInfinityKey = lower::kInfinity;
inline constexpr Interval kAllDoubles{-kInfinityKey, kNaNKey};
inline constexpr Interval kAllNumbers{-kInfinityKey, kInfinityKey};  ///< infinities, and no NaN

Word order_key(Word bits);        ///< of the canonical bits of a double
Word bits_of_key(Word key);    ///< what lies beyond an end is the double at that end; +0 for 0
/// Of a declared range, given as bits; -inf to inf stands for every double, NaN too.
Interval keys_of_range(Word min, Word max);

/// Every defined result of `op` on members lies in the answer: keys where `op` gives a double, else words. The operands are
/// keys, but for int_to_double. Requires: is_float(op).
Interval float_transfer(Op op, unsigned width, const Interval& a, const Interval& b);

/// What `a op b == truth` says of the operands. Requires: feq, flt, fle or funordered.
Refined float_refine(Op op, const Interval& a, const Interval& b, bool truth);

/// What a result in `result` says of the operand of fneg, fabs, int_to_double and double_to_int. nullopt: no operand gives one.
std::optional<Interval> float_operand(Op op, const Interval& result, const Interval& a);

}  // namespace assay::verify::domains
