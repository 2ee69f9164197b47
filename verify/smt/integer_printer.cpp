// Terms over the integers. A value is its canonical (signed) reading; what may wrap says so with mod.

#include <unordered_set>

#include "verify/smt/integer_lemmas.h"
#include "verify/smt/printer.h"

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::UnsignedWord;
using lower::Word;
using lower::bits_of;

std::string natural(UnsignedWord value) {
  if (value == 0) return "0";
  std::string digits;
  for (; value != 0; value /= 10) digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  return digits;
}

std::string integer(Word value) {
  return value < 0 ? "(- " + natural(-static_cast<UnsignedWord>(value)) + ")" : natural(static_cast<UnsignedWord>(value));
}

std::string power(unsigned exponent) {  // 2^128 does not fit a word
  return exponent == 128 ? "340282366920938463463374607431768211456" : natural(UnsignedWord{1} << exponent);
}

/// The canonical value that an integer is congruent to.
std::string wrapped(const std::string& value, unsigned width) {
  std::string half = power(width - 1);
  return call("-", call("mod", call("+", value, half), power(width)), half);
}

std::string outside(const std::string& value, Word lo, Word hi) {
  return call("or", call("<", value, integer(lo)), call(">", value, integer(hi)));
}

class IntegerPrinter : public Printer {
 public:
  using Printer::Printer;

  std::string_view logic() const override { return "QF_NIA"; }
  /// Division that truncates towards zero, from SMT-LIB's division with a non-negative remainder.
  std::string_view prelude() const override {
    return "(define-fun quotient! ((a Int) (b Int)) Int (ite (>= a 0) (div a b) (- (div (- a) b))))\n"
           "(define-fun remainder! ((a Int) (b Int)) Int (ite (>= a 0) (mod a b) (- (mod (- a) b))))\n";
  }
  std::string sort(unsigned width) const override { return width == 1 ? "Bool" : "Int"; }
  std::string constant(Word value, unsigned) const override { return integer(value); }
  std::string between(const std::string& name, Word lo, Word hi, unsigned) const override {
    return "(<= " + integer(lo) + " " + name + " " + integer(hi) + ")";
  }

  std::string lemmas(std::span<const TermId> terms) const override { return integer_lemmas(question_, terms, *this); }

  std::optional<std::string> operation(TermId id) const override {
    const Term& of = term(id);
    if (auto text = common(of)) return text;
    if (of.op >= Op::zext && of.op <= Op::trunc) return conversion(of);
    if (of.op >= Op::sadd_overflows) return overflow(of);
    if (of.width == 1 && operand_width(of) == 1) return std::nullopt;
    switch (of.op) {
      case Op::add: return arithmetic("+", of);
      case Op::sub: return arithmetic("-", of);
      case Op::mul: return arithmetic("*", of);
      case Op::sdiv: return call("quotient!", name(of.a), name(of.b));
      case Op::srem: return call("remainder!", name(of.a), name(of.b));
      case Op::udiv: return wrapped(call("div", unsigned_of(of.a), unsigned_of(of.b)), of.width);
      case Op::urem: return wrapped(call("mod", unsigned_of(of.a), unsigned_of(of.b)), of.width);
      case Op::shl: case Op::lshr: case Op::ashr: return shift(of);
      case Op::and_: case Op::or_: case Op::xor_: return bits(of);
      case Op::slt: return call("<", name(of.a), name(of.b));
      case Op::ult: return call("<", unsigned_of(of.a), unsigned_of(of.b));
      case Op::ctlz: return leading_zeros(of);
      default: return std::nullopt;
    }
  }

 private:
  bool is_constant(TermId id) const { return question_.pool.is_constant(id); }

  std::optional<std::string> arithmetic(std::string_view sign, const Term& of) const {
    std::string exact = call(sign, name(of.a), name(of.b));
    return of.exact ? exact : wrapped(exact, of.width);
  }

  std::string unsigned_of(TermId id) const {
    unsigned width = term(id).width;
    if (is_constant(id)) return natural(bits_of(term(id).value, width));
    return choice(call("<", name(id), "0"), call("+", name(id), power(width)), name(id));
  }

  /// 2^amount for the defined amounts.
  std::string power_of(TermId amount, unsigned width) const {
    if (is_constant(amount)) {
      Word known = term(amount).value;
      return power(known < 0 || known >= static_cast<Word>(width) ? 0 : static_cast<unsigned>(known));
    }
    std::string out = power(0);
    for (unsigned i = width; i-- > 1;) out = choice(call("=", name(amount), natural(i)), power(i), out);
    return out;
  }

  /// Division by a positive number rounds down, as an arithmetic shift does.
  std::optional<std::string> shift(const Term& of) const {
    std::string factor = power_of(of.b, of.width);
    if (of.op == Op::shl) return wrapped(call("*", name(of.a), factor), of.width);
    if (of.op == Op::ashr) return call("div", name(of.a), factor);
    return wrapped(call("div", unsigned_of(of.a), factor), of.width);
  }

  /// The bits of `value` under a non-negative mask: for each run of ones, its part of the value.
  static std::string masked(const std::string& value, UnsignedWord mask) {
    std::string sum = "(+ 0";
    for (unsigned low = 0; low < 128 && (mask >> low) != 0;) {
      if (((mask >> low) & 1) == 0) {
        ++low;
        continue;
      }
      unsigned length = 0;
      while (low + length < 128 && ((mask >> (low + length)) & 1) != 0) ++length;
      sum += " (* " + power(low) + " (mod (div " + value + " " + power(low) + ") " + power(length) + "))";
      low += length;
    }
    return sum + ")";
  }

  /// With a constant only. x and (not m) = x - (x and m); x or m = x + m - (x and m); x xor m = x + m - 2 (x and m),
  /// all for non-negative m; a negative constant is the complement of a non-negative one.
  std::optional<std::string> bits(const Term& of) const {
    if (!is_constant(of.b)) return std::nullopt;
    Word known = term(of.b).value;
    UnsignedWord mask = static_cast<UnsignedWord>(known < 0 ? ~known : known);
    std::string a = name(of.a), common_bits = masked(a, mask), m = natural(mask);
    if (of.op == Op::and_) return known < 0 ? call("-", a, common_bits) : common_bits;
    if (of.op == Op::or_) {  // x or ~m = ~(m and ~x) = ~(m - (x and m))
      if (known < 0) return call("-", call("-", common_bits, m), "1");
      return call("-", call("+", a, m), common_bits);
    }
    std::string flipped = call("-", call("+", a, m), call("*", "2", common_bits));
    return known < 0 ? call("-", call("-", flipped), "1") : flipped;  // x xor ~m = ~(x xor m)
  }

  /// A value below 2^i, and not below 2^(i-1), has width - i leading zeros.
  std::optional<std::string> leading_zeros(const Term& of) const {
    std::string out = "1";
    for (unsigned i = of.width - 1; i-- > 0;) out = choice(call("<", name(of.a), power(i)), natural(of.width - i), out);
    return choice(call("<", name(of.a), "0"), "0", out);
  }

  std::optional<std::string> conversion(const Term& of) const {
    unsigned from = operand_width(of);
    if (of.op == Op::zext) return from == 1 ? choice(name(of.a), "1", "0") : unsigned_of(of.a);
    if (of.op == Op::sext) return from == 1 ? choice(name(of.a), "(- 1)", "0") : call("+", name(of.a), "0");
    if (of.width == 1) return call("=", call("mod", name(of.a), "2"), "1");
    return wrapped(name(of.a), of.width);
  }

  std::optional<std::string> overflow(const Term& of) const {
    unsigned width = operand_width(of);
    bool is_signed = of.op <= Op::smul_overflows;
    int which = (static_cast<int>(of.op) - static_cast<int>(Op::sadd_overflows)) % 3;
    std::string_view sign = which == 0 ? "+" : which == 1 ? "-" : "*";
    if (is_signed) return outside(call(sign, name(of.a), name(of.b)), lower::smallest(width), lower::largest(width));
    std::string exact = call(sign, unsigned_of(of.a), unsigned_of(of.b));
    return call("or", call("<", exact, "0"), call(">=", exact, power(width)));
  }
};

/// Asserts less than the integers do, with the same definitions: whatever satisfies theirs satisfies this.
class UnboundedPrinter final : public IntegerPrinter {
 public:
  using IntegerPrinter::IntegerPrinter;

  std::string between(const std::string& name, Word lo, Word, unsigned) const override { return call("<=", integer(lo), name); }

  std::string claim(std::span<const TermId>) const override {
    std::string out;
    std::unordered_set<TermId> said;
    for (TermId literal : question_.path)
      if (!excludes_overflow(literal) && said.insert(literal).second) out += "(assert " + name(literal) + ")\n";
    return out + "(assert " + name(question_.violation) + ")\n";
  }

 private:
  /// A bit is negated by comparing it with 0 (lower/term.cpp).
  bool excludes_overflow(TermId literal) const {
    const Term& of = term(literal);
    if (of.kind != lower::TermKind::operation) return false;
    for (TermId part : {of.a, of.b})
      if (part != lower::kNoTerm && term(part).kind == lower::TermKind::operation && term(part).op >= Op::sadd_overflows && term(part).op <= Op::umul_overflows)
        return true;
    return false;
  }
};

}  // namespace

std::unique_ptr<Printer> make_unbounded_printer(const Question& question) { return std::make_unique<UnboundedPrinter>(question); }
std::unique_ptr<Printer> make_integer_printer(const Question& question) { return std::make_unique<IntegerPrinter>(question); }

}  // namespace assay::verify::smt
