#include "verify/lower/ops.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace assay::verify::lower {
namespace {

int leading_zeros(UnsignedWord bits, unsigned width) {
  int zeros = 0;
  for (unsigned i = width; i-- > 0 && ((bits >> i) & 1) == 0;) ++zeros;
  return zeros;
}

int trailing_zeros(UnsignedWord bits, unsigned width) {
  int zeros = 0;
  for (unsigned i = 0; i < width && ((bits >> i) & 1) == 0; ++i) ++zeros;
  return zeros;
}

int ones(UnsignedWord bits) {
  return std::popcount(static_cast<std::uint64_t>(bits)) + std::popcount(static_cast<std::uint64_t>(bits >> 64));
}

/// Whether the exact signed result leaves the width. Width 128 relies on the builtin's own answer.
bool signed_overflow(Op op, unsigned width, Word a, Word b) {
  Word exact = 0;
  bool left = op == Op::sadd_overflows   ? __builtin_add_overflow(a, b, &exact)
              : op == Op::ssub_overflows ? __builtin_sub_overflow(a, b, &exact)
                                         : __builtin_mul_overflow(a, b, &exact);
  return left || exact < smallest(width) || exact > largest(width);
}

bool unsigned_overflow(Op op, unsigned width, UnsignedWord a, UnsignedWord b) {
  UnsignedWord exact = 0;
  if (op == Op::usub_overflows) return a < b;
  bool left = op == Op::uadd_overflows ? __builtin_add_overflow(a, b, &exact) : __builtin_mul_overflow(a, b, &exact);
  return left || (width < 128 && (exact >> width) != 0);
}

std::optional<Word> divide(Op op, unsigned width, Word a, Word b) {
  if (b == 0) return std::nullopt;
  if (op == Op::udiv || op == Op::urem) {
    UnsignedWord x = bits_of(a, width), y = bits_of(b, width);
    return wrap(op == Op::udiv ? x / y : x % y, width);
  }
  if (a == smallest(width) && b == -1) return std::nullopt;
  return op == Op::sdiv ? a / b : a % b;
}

/// The host's arithmetic is IEEE binary64: the library is compiled for SSE2, without contraction and without fast-math.
static_assert(sizeof(double) == 8 && std::numeric_limits<double>::is_iec559);

std::optional<Word> evaluate_double(Op op, unsigned width, Word a, Word b) {
  if (op == Op::int_to_double) return word_of(static_cast<double>(a));
  const double x = double_of(a), y = double_of(b);
  switch (op) {
    case Op::fadd: return word_of(x + y);
    case Op::fsub: return word_of(x - y);
    case Op::fmul: return word_of(x * y);
    case Op::fdiv: return word_of(x / y);
    case Op::fneg: return word_of(-x);
    case Op::fabs: return word_of(std::fabs(x));
    case Op::feq: return x == y;
    case Op::flt: return x < y;
    case Op::fle: return x <= y;
    case Op::funordered: return std::isunordered(x, y);
    default: break;  // double_to_int
  }
  // Truncation is exact, and so are both ends: -2^(width-1) is allowed, 2^(width-1) is not.
  const double whole = std::trunc(x), end = std::ldexp(1.0, static_cast<int>(width) - 1);
  if (!(whole >= -end && whole < end)) return std::nullopt;
  return static_cast<Word>(whole);
}

std::optional<Word> shift(Op op, unsigned width, Word a, Word amount) {
  if (amount < 0 || amount >= static_cast<Word>(width)) return std::nullopt;
  auto n = static_cast<unsigned>(amount);
  if (op == Op::shl) return wrap(bits_of(a, width) << n, width);
  if (op == Op::lshr) return wrap(bits_of(a, width) >> n, width);
  return a >> n;
}

}  // namespace

std::string_view name_of(Op op) {
  static constexpr std::string_view kNames[] = {
      "add",    "sub",  "mul",  "sdiv",  "srem", "udiv", "urem",  "shl",       "lshr",      "ashr",      "and",       "or",
      "xor",    "eq",   "slt",  "ult",   "select", "zext", "sext", "trunc", "ctlz",      "cttz",      "ctpop",     "sadd_overflows",
      "ssub_overflows", "smul_overflows", "uadd_overflows", "usub_overflows", "umul_overflows",
      "fadd", "fsub", "fmul", "fdiv", "fneg", "fabs", "feq", "flt", "fle", "funordered", "int_to_double", "double_to_int"};
  return kNames[static_cast<std::size_t>(op)];
}

bool is_predicate(Op op) {
  return (op >= Op::eq && op <= Op::ult) || (op >= Op::sadd_overflows && op <= Op::umul_overflows) ||
         (op >= Op::feq && op <= Op::funordered);
}
bool is_float(Op op) { return op >= Op::fadd; }
bool gives_double(Op op) { return (op >= Op::fadd && op <= Op::fabs) || op == Op::int_to_double; }
bool is_arithmetic(Op op) { return op == Op::add || op == Op::sub || op == Op::mul; }
Op overflow_test(Op op) {
  return op == Op::add ? Op::sadd_overflows : op == Op::sub ? Op::ssub_overflows : Op::smul_overflows;
}

Word smallest(unsigned width) {
  return width == 1 ? 0 : width == 128 ? static_cast<Word>(UnsignedWord{1} << 127) : -(Word{1} << (width - 1));
}
Word largest(unsigned width) { return width == 1 ? 1 : static_cast<Word>((UnsignedWord{1} << (width - 1)) - 1); }

Word wrap(UnsignedWord value, unsigned width) {
  if (width == 128) return static_cast<Word>(value);
  value &= (UnsignedWord{1} << width) - 1;
  if (width == 1 || ((value >> (width - 1)) & 1) == 0) return static_cast<Word>(value);
  return static_cast<Word>(value - (UnsignedWord{1} << width));
}

UnsignedWord bits_of(Word value, unsigned width) {
  auto bits = static_cast<UnsignedWord>(value);
  return width == 128 ? bits : bits & ((UnsignedWord{1} << width) - 1);
}

std::optional<Word> evaluate(Op op, unsigned width, unsigned operand_width, Word a, Word b, Word c) {
  const UnsignedWord x = bits_of(a, operand_width), y = bits_of(b, operand_width);
  switch (op) {
    case Op::add: return wrap(x + y, width);
    case Op::sub: return wrap(x - y, width);
    case Op::mul: return wrap(x * y, width);
    case Op::sdiv: case Op::srem: case Op::udiv: case Op::urem: return divide(op, width, a, b);
    case Op::shl: case Op::lshr: case Op::ashr: return shift(op, width, a, b);
    case Op::and_: return wrap(x & y, width);
    case Op::or_: return wrap(x | y, width);
    case Op::xor_: return wrap(x ^ y, width);
    case Op::eq: return a == b;
    case Op::slt: return a < b;
    case Op::ult: return x < y;
    case Op::select: return a != 0 ? b : c;
    case Op::zext: return wrap(x, width);
    case Op::sext: return operand_width == 1 ? wrap(-x, width) : a;
    case Op::trunc: return wrap(x, width);
    case Op::ctlz: return leading_zeros(x, width);
    case Op::cttz: return trailing_zeros(x, width);
    case Op::ctpop: return ones(x);
    case Op::sadd_overflows: case Op::ssub_overflows: case Op::smul_overflows:
      return signed_overflow(op, operand_width, a, b);
    case Op::uadd_overflows: case Op::usub_overflows: case Op::umul_overflows:
      return unsigned_overflow(op, operand_width, x, y);
    default: return evaluate_double(op, width, a, b);
  }
}

std::string text_of(Word value) {
  if (value == 0) return "0";
  bool negative = value < 0;
  UnsignedWord rest = negative ? -static_cast<UnsignedWord>(value) : static_cast<UnsignedWord>(value);
  std::string digits;
  for (; rest != 0; rest /= 10) digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

double double_of(Word bits) { return std::bit_cast<double>(static_cast<std::uint64_t>(bits_of(bits, 64))); }

Word word_of(double value) {
  return std::isnan(value) ? kNaN : wrap(std::bit_cast<std::uint64_t>(value), 64);
}

std::string text_of_double(Word bits) {
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, double_of(bits)).ptr;
  std::string out(text, end);
  return out.find_first_of(".en") == std::string::npos ? out + ".0" : out;  // "inf" and "nan" have an n
}

bool double_in_range(Word bits, Word min, Word max) {
  if (min == kMinusInfinity && max == kInfinity) return true;
  return double_of(min) <= double_of(bits) && double_of(bits) <= double_of(max);
}

}  // namespace assay::verify::lower
