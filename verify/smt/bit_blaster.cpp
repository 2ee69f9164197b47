#include "verify/smt/bit_blaster.h"

#include <algorithm>
#include <unordered_map>

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::TermKind;
using lower::Word;
using Bits = std::vector<Literal>;  ///< lowest first

/// Arithmetic on rows of literals.
class Rows {
 public:
  explicit Rows(std::size_t most_clauses) : circuit(most_clauses) {}

  /// A row may be wider than a Word: the sign goes on.
  Bits constant(Word value, unsigned width) const {
    Bits out;
    for (unsigned i = 0; i < width; ++i) out.push_back(circuit.constant(((value >> std::min(i, 127u)) & 1) != 0));
    return out;
  }
  Bits fresh(unsigned width) {
    Bits out;
    for (unsigned i = 0; i < width; ++i) out.push_back(circuit.fresh());
    return out;
  }
  Bits negation(Bits a) const {
    for (Literal& bit : a) bit = -bit;
    return a;
  }
  Bits extended(Bits a, unsigned width, bool is_signed) const {
    a.resize(width, is_signed ? a.back() : circuit.constant(false));
    return a;
  }
  Bits choose(Literal condition, const Bits& yes, const Bits& no) {
    Bits out;
    for (std::size_t i = 0; i < yes.size(); ++i) out.push_back(circuit.choose(condition, yes[i], no[i]));
    return out;
  }

  /// a + b + carry modulo 2^width.
  Bits sum(const Bits& a, const Bits& b, Literal carry) {
    Bits out;
    for (std::size_t i = 0; i < a.size(); ++i) {
      Literal half = circuit.differ(a[i], b[i]);
      out.push_back(circuit.differ(half, carry));
      carry = circuit.choose(half, carry, a[i]);
    }
    return out;
  }
  Bits sum(const Bits& a, const Bits& b) { return sum(a, b, circuit.constant(false)); }
  Bits difference(const Bits& a, const Bits& b) { return sum(a, negation(b), circuit.constant(true)); }
  Bits minus(const Bits& a) { return difference(constant(0, static_cast<unsigned>(a.size())), a); }

  Bits product(const Bits& a, const Bits& b) {
    auto width = static_cast<unsigned>(a.size());
    Bits out = constant(0, width);
    for (unsigned i = 0; i < width; ++i) {
      Bits row = constant(0, width);
      for (unsigned k = 0; i + k < width; ++k) row[i + k] = circuit.both(a[k], b[i]);
      out = sum(out, row);
    }
    return out;
  }

  Literal equal(const Bits& a, const Bits& b) {
    Literal out = circuit.constant(true);
    for (std::size_t i = 0; i < a.size(); ++i) out = circuit.both(out, -circuit.differ(a[i], b[i]));
    return out;
  }
  /// From the lowest bit up, the highest bit that differs decides.
  Literal below(const Bits& a, const Bits& b) {
    Literal out = circuit.constant(false);
    for (std::size_t i = 0; i < a.size(); ++i) out = circuit.choose(circuit.differ(a[i], b[i]), b[i], out);
    return out;
  }
  /// In two's complement the sign bit counts the other way round.
  Literal below_signed(Bits a, Bits b) {
    std::swap(a.back(), b.back());
    return below(a, b);
  }

  struct Division {
    Bits quotient, remainder;
  };
  /// By hand, from the highest digit; one bit wider, so that the remainder may be doubled.
  Division divide(const Bits& a, const Bits& b) {
    auto width = static_cast<unsigned>(a.size());
    Bits divisor = extended(b, width + 1, false), rest = constant(0, width + 1), quotient = a;
    for (unsigned i = width; i-- > 0;) {
      rest.insert(rest.begin(), a[i]);
      rest.pop_back();
      Literal fits = -below(rest, divisor);
      rest = choose(fits, difference(rest, divisor), rest);
      quotient[i] = fits;
    }
    rest.pop_back();
    return {quotient, rest};
  }
  /// Towards zero: of the magnitudes, then the signs.
  Division divide_signed(const Bits& a, const Bits& b) {
    Division out = divide(choose(a.back(), minus(a), a), choose(b.back(), minus(b), b));
    out.quotient = choose(circuit.differ(a.back(), b.back()), minus(out.quotient), out.quotient);
    out.remainder = choose(a.back(), minus(out.remainder), out.remainder);
    return out;
  }

  /// By 1, 2, 4, ... places as the amount's bits say. `up`: towards the higher bits; `fill` comes in.
  Bits shifted(Bits a, const Bits& amount, bool up, Literal fill) {
    std::size_t width = a.size();
    for (std::size_t k = 0; k < amount.size(); ++k) {
      std::size_t by = k < 8 ? std::size_t{1} << k : width;
      Bits moved(width, fill);
      for (std::size_t i = 0; i < width && by < width; ++i) {
        if (up && i >= by) moved[i] = a[i - by];
        if (!up && i + by < width) moved[i] = a[i + by];
      }
      a = choose(amount[k], moved, a);
    }
    return a;
  }

  Bits count_ones(const Bits& a, unsigned width) {
    Bits out = constant(0, width);
    for (Literal bit : a) out = sum(out, constant(0, width), bit);
    return out;
  }
  /// Zeros before the first one; `a` in the order in which it is looked at.
  Bits count_zeros(const Bits& a, unsigned width) {
    Bits out = constant(static_cast<Word>(a.size()), width);
    for (std::size_t i = a.size(); i-- > 0;) out = choose(a[i], constant(static_cast<Word>(i), width), out);
    return out;
  }

  Circuit circuit;
};

class Blaster {
 public:
  Blaster(const Question& question, const BlastLimits& limits) : question_(question), limits_(limits), rows_(limits.most_clauses) {}

  Result<Cnf> run() {
    for (TermId id : reachable_terms(question_)) {
      const Term& of = question_.pool[id];
      if (of.is_double || (of.kind == TermKind::operation && lower::is_float(of.op))) return fail("clauses say nothing of doubles");
      if (auto done = blast(id, of); !done) return std::unexpected(done.error());
      if (rows_.circuit.is_too_large()) return fail("more than " + std::to_string(limits_.most_clauses) + " clauses");
    }
    for (TermId literal : question_.path) rows_.circuit.require(bits_.at(literal)[0]);
    rows_.circuit.require(bits_.at(question_.violation)[0]);
    return rows_.circuit.take();
  }

 private:
  Result<void> blast(TermId id, const Term& of) {
    if (of.kind == TermKind::operation) {
      auto bits = operation(of);
      if (!bits) return std::unexpected(bits.error());
      bits_.emplace(id, std::move(*bits));
      return {};
    }
    if (of.kind == TermKind::constant) {
      bits_.emplace(id, rows_.constant(of.value, of.width));
      return {};
    }
    Bits bits = rows_.fresh(of.width);
    if (of.kind == TermKind::input) {
      const lower::Input& input = question_.program.inputs[static_cast<std::size_t>(of.value)];
      keep_within(bits, input.min, input.max);
    } else {
      const lower::Symbol& symbol = question_.pool.symbol_of(id);
      keep_within(bits, symbol.min, symbol.max);
    }
    bits_.emplace(id, std::move(bits));
    return {};
  }

  void keep_within(const Bits& bits, Word min, Word max) {
    auto width = static_cast<unsigned>(bits.size());
    Bits low = rows_.constant(min, width), high = rows_.constant(max, width);
    rows_.circuit.require(width == 1 ? -rows_.below(bits, low) : -rows_.below_signed(bits, low));
    rows_.circuit.require(width == 1 ? -rows_.below(high, bits) : -rows_.below_signed(high, bits));
  }

  bool is_constant(TermId id) const { return question_.pool.is_constant(id); }
  bool is_too_wide(const Term& of, unsigned width) const { return width > limits_.widest_product && !is_constant(of.a) && !is_constant(of.b); }
  Literal constant(bool value) const { return rows_.circuit.constant(value); }

  Result<Bits> operation(const Term& of) {
    static const Bits kNone;
    const Bits& a = bits_.at(of.a);
    const Bits& b = of.b == lower::kNoTerm ? kNone : bits_.at(of.b);
    unsigned width = question_.pool.operand_width(of);
    if (of.op == Op::select) return rows_.choose(a[0], b, bits_.at(of.c));
    if (of.op == Op::eq) return Bits{rows_.equal(a, b)};
    if (of.op == Op::ult) return Bits{rows_.below(a, b)};
    if (of.op == Op::slt) return Bits{width == 1 ? rows_.below(a, b) : rows_.below_signed(a, b)};
    if (of.op >= Op::and_ && of.op <= Op::xor_) return bitwise(of.op, a, b);
    if (of.op == Op::zext) return rows_.extended(a, of.width, false);
    if (of.op == Op::sext) return rows_.extended(a, of.width, true);
    if (of.op == Op::trunc) return Bits(a.begin(), a.begin() + of.width);
    if (width == 1) return fail("arithmetic on single bits");
    if (of.op >= Op::sadd_overflows && of.op <= Op::umul_overflows) return overflow(of, a, b, width);
    return arithmetic(of, a, b);
  }

  Bits bitwise(Op op, const Bits& a, const Bits& b) {
    Bits out;
    for (std::size_t i = 0; i < a.size(); ++i)
      out.push_back(op == Op::and_ ? rows_.circuit.both(a[i], b[i]) : op == Op::or_ ? rows_.circuit.either(a[i], b[i]) : rows_.circuit.differ(a[i], b[i]));
    return out;
  }

  Result<Bits> arithmetic(const Term& of, const Bits& a, const Bits& b) {
    bool is_product = of.op >= Op::mul && of.op <= Op::urem;
    if (is_product && is_too_wide(of, of.width)) return fail("a product or quotient of two variables of " + std::to_string(of.width) + " bits");
    switch (of.op) {
      case Op::add: return rows_.sum(a, b);
      case Op::sub: return rows_.difference(a, b);
      case Op::mul: return rows_.product(a, b);
      case Op::sdiv: return rows_.divide_signed(a, b).quotient;
      case Op::srem: return rows_.divide_signed(a, b).remainder;
      case Op::udiv: return rows_.divide(a, b).quotient;
      case Op::urem: return rows_.divide(a, b).remainder;
      case Op::shl: return rows_.shifted(a, b, true, constant(false));
      case Op::lshr: return rows_.shifted(a, b, false, constant(false));
      case Op::ashr: return rows_.shifted(a, b, false, a.back());
      case Op::ctlz: return rows_.count_zeros(Bits(a.rbegin(), a.rend()), of.width);
      case Op::cttz: return rows_.count_zeros(a, of.width);
      case Op::ctpop: return rows_.count_ones(a, of.width);
      default: return fail("an operation that has no clauses: " + std::string(lower::name_of(of.op)));
    }
  }

  /// The exact result, in enough bits, against what truncation keeps.
  Result<Bits> overflow(const Term& of, const Bits& a, const Bits& b, unsigned width) {
    bool is_signed = of.op <= Op::smul_overflows;
    int which = (static_cast<int>(of.op) - static_cast<int>(Op::sadd_overflows)) % 3;
    if (!is_signed && which == 1) return Bits{rows_.below(a, b)};
    if (which == 2 && is_too_wide(of, width)) return fail("a product of two variables of " + std::to_string(width) + " bits");
    unsigned wide = which == 2 ? 2 * width : width + 1;
    Bits x = rows_.extended(a, wide, is_signed), y = rows_.extended(b, wide, is_signed);
    Bits exact = which == 0 ? rows_.sum(x, y) : which == 1 ? rows_.difference(x, y) : rows_.product(x, y);
    Bits kept = rows_.extended(Bits(exact.begin(), exact.begin() + width), wide, is_signed);
    return Bits{-rows_.equal(exact, kept)};
  }

  const Question& question_;
  const BlastLimits& limits_;
  Rows rows_;
  std::unordered_map<TermId, Bits> bits_;
};

}  // namespace

Result<Cnf> bit_blast(const Question& question, const BlastLimits& limits) { return Blaster(question, limits).run(); }

}  // namespace assay::verify::smt
