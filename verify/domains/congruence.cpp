#include "verify/domains/congruence.h"

#include <algorithm>
#include <utility>

namespace assay::verify::domains {
namespace {

/// Powers of two beyond this are rounded down to it, so that sums of products of residues stay within 128 bits.
constexpr unsigned kMostBits = 120;

Word magnitude(Word a) { return a < 0 ? -a : a; }

/// gcd(a, 0) = a. Requires: neither is the least word of 128 bits.
Word common(Word a, Word b) {
  a = magnitude(a), b = magnitude(b);
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

bool is_least(Word a) { return a == lower::smallest(128); }
Word power(unsigned bits) { return Word{1} << std::min(bits, kMostBits); }

/// Division with the remainder in [0, m).
Word floor_mod(Word a, Word m) {
  Word rest = a % m;
  return rest < 0 ? rest + m : rest;
}

/// modulus 0: a constant.
Congruence make(Word modulus, Word residue) { return modulus == 0 ? Congruence{0, residue} : Congruence::modulo(modulus, residue); }

/// (r1 + m1 Z) + (r2 + m2 Z) lies in r1 + r2 + gcd(m1, m2) Z.
Congruence add(const Congruence& a, const Congruence& b) {
  Word residue = 0;
  if (__builtin_add_overflow(a.residue, b.residue, &residue)) return {};
  return make(common(a.modulus, b.modulus), residue);
}

Congruence negate(const Congruence& a) { return is_least(a.residue) ? Congruence{} : make(a.modulus, -a.residue); }

/// (r1 + m1 s)(r2 + m2 t) = r1 r2 + a multiple of gcd(m1 m2, m1 r2, m2 r1).
Congruence multiply(const Congruence& a, const Congruence& b) {
  Word both = 0, left = 0, right = 0, residue = 0;
  bool left_128 = __builtin_mul_overflow(a.modulus, b.modulus, &both) || __builtin_mul_overflow(a.modulus, b.residue, &left) ||
                  __builtin_mul_overflow(b.modulus, a.residue, &right) || __builtin_mul_overflow(a.residue, b.residue, &residue);
  if (left_128 || is_least(left) || is_least(right)) return {};
  return make(common(both, common(left, right)), residue);
}

/// Exact division by d of multiples of d; rounding down divides r + m k in any case when d divides m.
Congruence divide(const Congruence& a, Word d, bool rounds_down) {
  if (d == 0 || is_least(a.residue) || is_least(d) || a.modulus % d != 0) return {};
  if (!rounds_down && a.residue % d != 0) return {};
  Word quotient = (a.residue - floor_mod(a.residue, magnitude(d))) / d;
  return make(magnitude(a.modulus / d), quotient);
}

/// x - q y = x modulo every divisor of both y's modulus and residue. Exact, so no wrapping.
Congruence remainder(const Congruence& a, const Congruence& b) {
  if (is_least(a.residue) || is_least(b.residue)) return {};
  Word modulus = common(a.modulus, common(b.modulus, b.residue));
  return modulus == 0 ? Congruence{} : Congruence::modulo(modulus, a.residue);
}

/// A left shift multiplies by a power of two: a known one, or some.
Congruence shift_left(const Congruence& a, const Congruence& b, unsigned width) {
  if (b.single() && b.residue >= 0 && b.residue < static_cast<Word>(width) && b.residue < kMostBits)
    return multiply(a, {0, Word{1} << static_cast<unsigned>(b.residue)});
  if (is_least(a.residue)) return {};
  Word divisor = common(a.modulus, a.residue);
  return divisor == 0 ? Congruence{0, 0} : Congruence::modulo(divisor, 0);
}

Congruence shift_right(const Congruence& a, const Congruence& b, unsigned width) {
  if (!b.single() || b.residue < 0 || b.residue >= static_cast<Word>(width) || b.residue >= kMostBits) return {};
  return divide(a, Word{1} << static_cast<unsigned>(b.residue), true);
}

/// Equal only if some word is in both.
Congruence equal(const Congruence& a, const Congruence& b) {
  if (a.single() && b.single()) return {0, a.residue == b.residue};
  return meet(a, b) ? Congruence{} : Congruence{0, 0};
}

/// Two constants, whatever the operation.
std::optional<Congruence> fold(Op op, unsigned width, unsigned operand_width, const Congruence& a, const Congruence& b) {
  bool unary = op == Op::zext || op == Op::sext || op == Op::trunc || op == Op::ctlz || op == Op::cttz || op == Op::ctpop;
  if (op == Op::select || lower::is_float(op) || !a.single() || (!unary && !b.single())) return std::nullopt;
  auto value = lower::evaluate(op, width, operand_width, a.residue, unary ? 0 : b.residue);
  return value ? Congruence{0, *value} : Congruence{};
}

/// The unsigned reading differs from the signed one by a multiple of 2^width.
Congruence unsigned_remainder(const Congruence& a, const Congruence& b, unsigned width) {
  return remainder(modulo_width(a, width), modulo_width(b, width));
}

}  // namespace

bool Congruence::contains(Word value) const {
  return modulus == 0 ? value == residue : floor_mod(value, modulus) == residue;
}

Congruence Congruence::modulo(Word modulus, Word residue) { return {modulus, floor_mod(residue, modulus)}; }

bool leq(const Congruence& a, const Congruence& b) {
  if (b.modulus == 0) return a == b;
  return a.modulus % b.modulus == 0 && b.contains(a.residue);
}

/// Both residues agree modulo the divisor of their difference.
Congruence join(const Congruence& a, const Congruence& b) {
  Word apart = 0;
  if (__builtin_sub_overflow(a.residue, b.residue, &apart) || is_least(apart)) return {};
  return make(common(common(a.modulus, b.modulus), apart), a.residue);
}

std::optional<Congruence> meet(const Congruence& a, const Congruence& b) {
  if (a.modulus < b.modulus && a.modulus != 0) return meet(b, a);
  if (a.modulus == 0 || b.modulus == 0) {
    const Congruence &constant = a.modulus == 0 ? a : b, &other = a.modulus == 0 ? b : a;
    return other.contains(constant.residue) ? std::optional(constant) : std::nullopt;
  }
  Word divisor = common(a.modulus, b.modulus);
  if ((a.residue - b.residue) % divisor != 0) return std::nullopt;
  Word steps = b.modulus / divisor;  // a.residue + k a.modulus for k < steps meets b exactly once
  if (steps == 1) return a;
  if (steps >= power(60) || a.modulus > power(kMostBits) / steps) return a;
  // k (a.modulus / divisor) = (b.residue - a.residue) / divisor modulo steps, by the inverse (extended Euclid).
  Word u = floor_mod(a.modulus / divisor, steps), v = steps, x = 1, y = 0;
  while (v != 0) {
    Word quotient = u / v;
    u = std::exchange(v, u % v);
    x = std::exchange(y, x - quotient * y);
  }
  Word k = floor_mod(floor_mod((b.residue - a.residue) / divisor, steps) * floor_mod(x, steps), steps);
  return Congruence::modulo(a.modulus * steps, a.residue + a.modulus * k);
}

Congruence widen(const Congruence& a, const Congruence& b, std::span<const Word>, unsigned) { return join(a, b); }
Congruence narrow(const Congruence& a, const Congruence& b, unsigned) { return a == Congruence{} ? b : a; }

Congruence modulo_width(const Congruence& a, unsigned width) {
  if (is_least(a.residue)) return {power(width), 0};
  return Congruence::modulo(common(a.modulus, power(width)), a.residue);
}

Congruence transfer(Op op, unsigned width, unsigned operand_width, const Congruence& a, const Congruence& b, const Congruence& c, bool exact) {
  if (auto folded = fold(op, width, operand_width, a, b)) return *folded;
  auto fitted = [&](const Congruence& result) { return exact ? result : modulo_width(result, width); };
  switch (op) {
    case Op::add: return fitted(add(a, b));
    case Op::sub: return fitted(add(a, negate(b)));
    case Op::mul: return fitted(multiply(a, b));
    case Op::shl: return fitted(shift_left(a, b, width));
    case Op::sdiv: return b.single() ? divide(a, b.residue, false) : Congruence{};
    case Op::srem: return remainder(a, b);
    case Op::urem: return unsigned_remainder(a, b, width);
    case Op::ashr: return shift_right(a, b, width);
    case Op::eq: return equal(a, b);
    case Op::select: return a.single() ? (a.residue != 0 ? b : c) : join(b, c);
    case Op::zext: return modulo_width(a, operand_width);
    case Op::sext: return operand_width == 1 ? negate(a) : a;
    case Op::trunc: return modulo_width(a, width);
    default: return {};
  }
}

}  // namespace assay::verify::domains
