#pragma once
// The operations of the small typed program and their concrete meaning: one definition, used by the interpreter, by
// constant folding and as the oracle of every abstract transformer.
//
// A value of width w (1 to 128 bits) is kept canonical: its signed reading for w > 1, and 0 or 1 for w == 1.
//
// A double is a word of width 64 that holds its bits, and rounding is to nearest, ties to even. Every NaN is the one quiet
// NaN kNaN: IEEE 754 and LLVM leave its sign and payload open, and no operation here (nor in the policy language, which has
// no way to the bits of a double) can tell one from another, so an execution with any other choice agrees in all the rest.

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
  fadd, fsub, fmul, fdiv, fneg, fabs,   // doubles to a double; x / 0 is defined as IEEE 754 has it
  feq, flt, fle, funordered,            // doubles to width 1; all but the last are 0 where one is NaN, the last is then 1
  int_to_double,                        // of the signed reading, rounded to nearest
  double_to_int,                        // towards zero; undefined for NaN and where the result leaves the width
};

std::string_view name_of(Op op);
bool is_predicate(Op op);           ///< result of width 1 over operands of another width
bool is_float(Op op);               ///< reads or gives doubles (select does so too, by its operands)
bool gives_double(Op op);
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

inline constexpr Word kNaN = 0x7ff8000000000000;
inline constexpr Word kInfinity = 0x7ff0000000000000;
inline constexpr Word kMinusInfinity = -0x10000000000000;  ///< the signed reading of 0xfff0000000000000

double double_of(Word bits);
Word word_of(double value);  ///< canonical
/// Shortest decimal that reads back as the same double: "0.1", "-0.0", "1e+300", "inf", "nan".
std::string text_of_double(Word bits);
/// The bits of a number of the range min..max, also given as bits. -0 lies where 0 does. A NaN lies only in -inf..inf, which
/// stands for every double: a range that is declared has finite ends.
bool double_in_range(Word bits, Word min, Word max);

}  // namespace assay::verify::lower
