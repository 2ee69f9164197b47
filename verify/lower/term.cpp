#include "verify/lower/term.h"

#include <algorithm>
#include <cassert>

namespace assay::verify::lower {
namespace {

bool commutes(Op op) {
  return op == Op::add || op == Op::mul || op == Op::and_ || op == Op::or_ || op == Op::xor_ || op == Op::eq ||
         op == Op::sadd_overflows || op == Op::smul_overflows || op == Op::uadd_overflows || op == Op::umul_overflows ||
         op == Op::fadd || op == Op::fmul || op == Op::feq || op == Op::funordered;  // every NaN is one: exact for doubles too
}

unsigned zeros_of(Word value, unsigned width) {
  unsigned zeros = 0;
  UnsignedWord bits = bits_of(value, width);
  while (zeros < width && ((bits >> zeros) & 1) == 0) ++zeros;
  return zeros;
}

}  // namespace

std::size_t TermPool::Hash::operator()(const Term& term) const {
  std::uint64_t mixed = 0x9e3779b97f4a7c15ull;
  auto mix = [&](std::uint64_t value) { mixed = (mixed ^ value) * 0xff51afd7ed558ccdull, mixed ^= mixed >> 29; };
  mix(static_cast<std::uint64_t>(term.is_double) << 32 | static_cast<std::uint64_t>(term.kind) << 24 | static_cast<std::uint64_t>(term.op) << 16 | term.exact << 8 | term.width);
  mix(static_cast<std::uint64_t>(term.a) << 32 | term.b);
  mix(term.c);
  mix(static_cast<std::uint64_t>(term.value));
  mix(static_cast<std::uint64_t>(static_cast<UnsignedWord>(term.value) >> 64));
  return mixed;
}

TermId TermPool::intern(const Term& term) {
  auto [at, is_new] = known_.try_emplace(term, static_cast<TermId>(terms_.size()));
  if (is_new) terms_.push_back(term);
  return at->second;
}

unsigned TermPool::operand_width(const Term& term) const {
  if (term.kind != TermKind::operation) return term.width;
  return terms_[term.op == Op::select ? term.b : term.a].width;
}

TermId TermPool::constant(Word value, unsigned width, bool is_double) {
  return intern({.kind = TermKind::constant, .width = static_cast<std::uint8_t>(width), .is_double = is_double, .value = value});
}

TermId TermPool::symbol(Symbol symbol) {
  auto index = static_cast<Word>(symbols_.size());
  auto width = static_cast<std::uint8_t>(symbol.width);
  bool is_double = symbol.is_double;
  symbols_.push_back(std::move(symbol));
  return intern({.kind = TermKind::symbol, .width = width, .is_double = is_double, .value = index});
}

TermId TermPool::input(std::uint32_t index, unsigned width, bool is_double) {
  return intern({.kind = TermKind::input, .width = static_cast<std::uint8_t>(width), .is_double = is_double, .value = index});
}

TermId TermPool::negated(TermId bit) const {
  const Term& term = terms_[bit];
  bool is_negation = term.kind == TermKind::operation && term.op == Op::xor_ && term.width == 1 && is_constant(term.b, 1);
  return is_negation ? term.a : kNoTerm;
}

TermId TermPool::negate(TermId bit) { return make(Op::xor_, 1, bit, truth(true)); }

/// Of a sum the smaller count, of a product the sum of counts (capped): arithmetic modulo a power of two.
unsigned TermPool::trailing_zeros(TermId id, int depth) const {
  const Term& term = terms_[id];
  if (term.kind == TermKind::constant) return zeros_of(term.value, term.width);
  if (term.kind != TermKind::operation || depth == 0) return 0;
  if (term.op == Op::add || term.op == Op::sub) return std::min(trailing_zeros(term.a, depth - 1), trailing_zeros(term.b, depth - 1));
  if (term.op == Op::mul) return std::min<unsigned>(term.width, trailing_zeros(term.a, depth - 1) + trailing_zeros(term.b, depth - 1));
  return 0;
}

TermId TermPool::make(Op op, unsigned width, TermId a, TermId b, TermId c, bool exact) {
  assert((op == Op::select || is_float(op) || !terms_[a].is_double) && "words are not what doubles are compared by");
  if (b != kNoTerm && commutes(op) && (is_constant(a) ? !is_constant(b) : !is_constant(b) && b < a)) std::swap(a, b);
  bool is_double = gives_double(op) || (op == Op::select && terms_[b].is_double);
  bool folds = is_constant(a) && (b == kNoTerm || is_constant(b)) && (c == kNoTerm || is_constant(c));
  if (folds) {
    unsigned operand = op == Op::select ? terms_[b].width : terms_[a].width;
    auto value = evaluate(op, width, operand, terms_[a].value, b == kNoTerm ? 0 : terms_[b].value, c == kNoTerm ? 0 : terms_[c].value);
    if (value) return constant(*value, width, is_double);
  }
  TermId simpler = simplify(op, width, a, b, c);
  if (simpler != kNoTerm) return simpler;
  return intern({TermKind::operation, op, exact, static_cast<std::uint8_t>(width), is_double, a, b, c, 0});
}

TermId TermPool::simplify(Op op, unsigned width, TermId a, TermId b, TermId c) {
  switch (op) {
    case Op::and_: case Op::or_: case Op::xor_: return simplify_bits(op, a, b);
    case Op::select: return simplify_select(width, a, b, c);
    case Op::eq: return simplify_equal(a, b);
    case Op::slt: case Op::ult: return a == b ? truth(false) : kNoTerm;
    case Op::add: return is_constant(b, 0) ? a : kNoTerm;
    case Op::sub: return is_constant(b, 0) ? a : a == b ? constant(0, width) : simplify_remainder(width, a, b);
    case Op::mul: return is_constant(b, 1) ? a : is_constant(b, 0) ? b : kNoTerm;
    case Op::sdiv: case Op::udiv: return width > 1 && is_constant(b, 1) ? a : kNoTerm;
    case Op::shl: case Op::lshr: case Op::ashr: return is_constant(b, 0) ? a : kNoTerm;
    case Op::trunc: {
      const Term& from = terms_[a];
      bool widened = from.kind == TermKind::operation && (from.op == Op::zext || (from.op == Op::sext && terms_[from.a].width > 1));
      return widened && terms_[from.a].width == width ? from.a : kNoTerm;
    }
    case Op::flt: return a == b ? truth(false) : kNoTerm;  // NaN is not less than itself either
    // "Is NaN" has one form, in which one operand is seen to be a number: only NaN differs from itself.
    case Op::feq: case Op::fle: return a == b ? negate(make(Op::funordered, 1, a, constant(0, 64, true))) : kNoTerm;
    case Op::funordered: return a == b ? make(Op::funordered, 1, a, constant(0, 64, true)) : kNoTerm;
    case Op::fneg: return terms_[a].kind == TermKind::operation && terms_[a].op == Op::fneg ? terms_[a].a : kNoTerm;
    // Nothing else: x + 0 is not x for -0, x * 0 and x - x are not 0 for an infinity, x == x is false for NaN.
    default: return kNoTerm;
  }
}

/// a - (a / y) * y, into which compilers take a % y apart: equal wherever a / y has a value, with wrapping, too.
TermId TermPool::simplify_remainder(unsigned width, TermId a, TermId b) {
  const Term product = terms_[b];
  if (product.kind != TermKind::operation || product.op != Op::mul) return kNoTerm;
  for (const auto [quotient, divisor] : {std::pair{product.a, product.b}, {product.b, product.a}}) {
    const Term& term = terms_[quotient];
    if (term.kind != TermKind::operation || term.a != a || term.b != divisor) continue;
    if (term.op == Op::sdiv) return make(Op::srem, width, a, divisor);
    if (term.op == Op::udiv) return make(Op::urem, width, a, divisor);
  }
  return kNoTerm;
}

/// Identities of Boolean algebra on each bit; `x and (2^k - 1)` is zero when x ends in k zeros.
TermId TermPool::simplify_bits(Op op, TermId a, TermId b) {
  unsigned width = terms_[a].width;
  Word ones = width == 1 ? 1 : -1;
  if (op == Op::xor_) {
    if (a == b) return constant(0, width);
    if (is_constant(b, 0)) return a;
    if (width == 1 && is_constant(b, 1)) return negated(a);
    return kNoTerm;
  }
  if (a == b) return a;
  if (is_constant(b, ones)) return op == Op::and_ ? a : b;
  if (is_constant(b, 0)) return op == Op::and_ ? b : a;
  if (width == 1 && (negated(a) == b || negated(b) == a)) return truth(op == Op::or_);
  if (op == Op::and_ && is_constant(b) && terms_[b].value >= 0 && trailing_zeros(a) < width &&
      (bits_of(terms_[b].value, width) >> trailing_zeros(a)) == 0)
    return constant(0, width);
  return kNoTerm;
}

TermId TermPool::simplify_select(unsigned width, TermId a, TermId b, TermId c) {
  if (is_constant(a)) return terms_[a].value != 0 ? b : c;
  if (b == c) return b;
  if (TermId inner = negated(a); inner != kNoTerm) return make(Op::select, width, inner, c, b);
  if (width != 1) return kNoTerm;
  if (is_constant(b, 1)) return either(a, c);
  if (is_constant(b, 0)) return both(negate(a), c);
  if (is_constant(c, 0)) return both(a, b);
  if (is_constant(c, 1)) return either(negate(a), b);
  return kNoTerm;
}

/// Exact sums and products are integers, so an equation with a constant may be solved for the variable part.
TermId TermPool::simplify_equal(TermId a, TermId b) {
  if (a == b) return truth(true);
  if (terms_[a].width == 1 && is_constant(b)) return terms_[b].value != 0 ? a : negate(a);
  const Term left = terms_[a];
  if (!is_constant(b) || left.kind != TermKind::operation || left.b == kNoTerm || !is_constant(left.b)) return kNoTerm;
  Word wanted = terms_[b].value, known = terms_[left.b].value;
  unsigned width = left.width;
  if (left.exact && left.op == Op::mul && known != 0 && width < 127) {
    if (wanted % known != 0) return truth(false);
    return make(Op::eq, 1, left.a, constant(wanted / known, width));
  }
  if (left.exact && left.op == Op::add && width < 127) {
    Word solved = wanted - known;
    if (solved < smallest(width) || solved > largest(width)) return truth(false);
    return make(Op::eq, 1, left.a, constant(solved, width));
  }
  return kNoTerm;
}

}  // namespace assay::verify::lower
