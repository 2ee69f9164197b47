#include "verify/domains/known_bits.h"

#include <llvm/Support/KnownBits.h>

#include "verify/domains/words.h"

namespace assay::verify::domains {
namespace {

llvm::KnownBits bits_of(const KnownBits& a, unsigned width) {
  llvm::KnownBits out(width);
  out.Zero = integer_of(static_cast<UnsignedWord>(a.zeros), width);
  out.One = integer_of(static_cast<UnsignedWord>(a.ones), width);
  return out;
}

/// A conflict means that no result is defined; anything holds of those.
KnownBits from(const llvm::KnownBits& bits, unsigned width) {
  if (bits.hasConflict()) return KnownBits::top(width);
  return {lower::wrap(bits_from(bits.Zero), width), lower::wrap(bits_from(bits.One), width)};
}

/// llvm::KnownBits holds every wrapped result (no no-wrap flag is given).
KnownBits by_llvm(Op op, unsigned width, const KnownBits& a, const KnownBits& b) {
  if (width == 1 || (a.known() == 0 && b.known() == 0)) return KnownBits::top(width);  // see unsigned_range.cpp for width 1
  llvm::KnownBits x = bits_of(a, width), y = bits_of(b, width);
  switch (op) {
    case Op::add: return from(llvm::KnownBits::computeForAddSub(true, false, false, x, y), width);
    case Op::sub: return from(llvm::KnownBits::computeForAddSub(false, false, false, x, y), width);
    case Op::mul: return from(llvm::KnownBits::mul(x, y), width);
    case Op::udiv: return from(llvm::KnownBits::udiv(x, y), width);
    case Op::urem: return from(llvm::KnownBits::urem(x, y), width);
    case Op::sdiv: return from(llvm::KnownBits::sdiv(x, y), width);
    case Op::srem: return from(llvm::KnownBits::srem(x, y), width);
    case Op::shl: return from(llvm::KnownBits::shl(x, y), width);
    case Op::lshr: return from(llvm::KnownBits::lshr(x, y), width);
    case Op::ashr: return from(llvm::KnownBits::ashr(x, y), width);
    default: return KnownBits::top(width);
  }
}

KnownBits truth(std::optional<bool> known) { return known ? KnownBits::of(*known, 1) : KnownBits{}; }

/// Known bits that differ decide an equation; the order comparisons are decided by the extreme values.
KnownBits compare(Op op, unsigned width, const KnownBits& a, const KnownBits& b) {
  if (width == 1) return op == Op::eq && !meet(a, b) ? KnownBits::of(0, 1) : KnownBits{};
  llvm::KnownBits x = bits_of(a, width), y = bits_of(b, width);
  return truth(op == Op::eq ? llvm::KnownBits::eq(x, y) : op == Op::slt ? llvm::KnownBits::slt(x, y) : llvm::KnownBits::ult(x, y));
}

/// Bits of the narrower word are copied; the new ones are zero or copies of the sign.
KnownBits cast(Op op, unsigned width, unsigned from_width, const KnownBits& a) {
  auto zeros = lower::bits_of(a.zeros, from_width), ones = lower::bits_of(a.ones, from_width);
  if (op == Op::trunc) return {lower::wrap(zeros, width), lower::wrap(ones, width)};
  if (op == Op::sext) return {*lower::evaluate(op, width, from_width, a.zeros), *lower::evaluate(op, width, from_width, a.ones)};
  return {lower::wrap(zeros | ~lower::bits_of(-1, from_width), width), lower::wrap(ones, width)};
}

/// A count is at most the width: the bits above that number are zero.
KnownBits count(Op op, unsigned width, const KnownBits& a) {
  if (a.known() == (width == 1 ? 1 : -1)) return KnownBits::of(*lower::evaluate(op, width, width, a.ones), width);
  unsigned used = 1;
  while (used < 8 && (width >> used) != 0) ++used;
  return used >= width ? KnownBits{} : KnownBits{~((Word{1} << used) - 1), 0};
}

}  // namespace

bool leq(const KnownBits& a, const KnownBits& b) { return (b.zeros & ~a.zeros) == 0 && (b.ones & ~a.ones) == 0; }
KnownBits join(const KnownBits& a, const KnownBits& b) { return {a.zeros & b.zeros, a.ones & b.ones}; }

std::optional<KnownBits> meet(const KnownBits& a, const KnownBits& b) {
  KnownBits both{a.zeros | b.zeros, a.ones | b.ones};
  if ((both.zeros & both.ones) != 0) return std::nullopt;
  return both;
}

KnownBits widen(const KnownBits& a, const KnownBits& b, std::span<const Word>, unsigned) { return join(a, b); }

/// Chains downwards are as short as those upwards.
KnownBits narrow(const KnownBits& a, const KnownBits& b, unsigned) { return leq(b, a) ? b : a; }

/// Bitwise operations act bit by bit.
KnownBits transfer(Op op, unsigned width, unsigned operand_width, const KnownBits& a, const KnownBits& b, const KnownBits& c, bool) {
  switch (op) {
    case Op::and_: return {a.zeros | b.zeros, a.ones & b.ones};
    case Op::or_: return {a.zeros & b.zeros, a.ones | b.ones};
    case Op::xor_: return {(a.zeros & b.zeros) | (a.ones & b.ones), (a.zeros & b.ones) | (a.ones & b.zeros)};
    case Op::eq: case Op::slt: case Op::ult: return compare(op, operand_width, a, b);
    case Op::select: return (a.known() & 1) == 0 ? join(b, c) : (a.ones & 1) != 0 ? b : c;
    case Op::zext: case Op::sext: case Op::trunc: return cast(op, width, operand_width, a);
    case Op::ctlz: case Op::cttz: case Op::ctpop: return count(op, width, a);
    default: return lower::is_predicate(op) || lower::is_float(op) ? KnownBits::top(width) : by_llvm(op, width, a, b);
  }
}

}  // namespace assay::verify::domains
