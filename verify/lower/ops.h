#pragma once
// The operations of the small typed program and their concrete meaning: one definition, used by the interpreter, by
// constant folding and as the oracle of every abstract transformer.
//
// A value of width w (1 to 128 bits) is kept canonical: its signed reading for w > 1, and 0 or 1 for w == 1.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::verify::lower {

using Word = __int128;
using UnsignedWord = unsigned __int128;

enum class Op : std::uint8_t {
  add, sub, mul, sdiv, srem, udiv, urem, shl, lshr, ashr, and_, or_, xor_,
  eq, slt, ult,  // operands of one width, result of width 1
  select,        // a ? b : c
  zext, sext, trunc,
  ctlz, cttz, ctpop,  // defined at zero: the width
  sadd_overflows, ssub_overflows, smul_overflows, uadd_overflows, usub_overflows, umul_overflows,  // result of width 1
};

std::string_view name_of(Op op);
bool is_predicate(Op op);           ///< result of width 1 over operands of another width
bool is_arithmetic(Op op);          ///< add, sub, mul
Op overflow_test(Op op);            ///< the signed one of add, sub, mul

Word smallest(unsigned width);      ///< canonical range of a width; 0 and 1 for width 1
Word largest(unsigned width);
Word wrap(UnsignedWord value, unsigned width);
UnsignedWord bits_of(Word value, unsigned width);

/// Meaning of `op` on canonical operands of `operand_width`; the result has `width` bits. Unused operands are 0.
/// nullopt: undefined (division by zero, overflowing signed division, shift by the width or more).
std::optional<Word> evaluate(Op op, unsigned width, unsigned operand_width, Word a, Word b = 0, Word c = 0);

std::string text_of(Word value);

}  // namespace assay::verify::lower
