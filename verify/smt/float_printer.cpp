// Terms over IEEE doubles and bit-vectors: exact. SMT-LIB has one NaN, as lower/ops.h does.

#include "verify/smt/printer.h"

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::Word;

class FloatPrinter : public Printer {
 public:
  explicit FloatPrinter(const Question& question) : Printer(question), bits_(make_bit_vector_printer(question)) {}

  std::string_view logic() const override { return "QF_BVFP"; }
  std::string_view prelude() const override { return ""; }
  bool has_doubles() const override { return true; }
  std::string sort(unsigned width) const override { return bits_->sort(width); }
  std::string constant(Word value, unsigned width) const override { return bits_->constant(value, width); }
  std::string between(const std::string& name, Word lo, Word hi, unsigned width) const override { return bits_->between(name, lo, hi, width); }
  void number(std::span<const TermId> terms) override {
    Printer::number(terms);
    bits_->number(terms);
  }

  std::string double_sort() const override { return "(_ FloatingPoint 11 53)"; }
  std::string double_constant(Word value) const override {
    std::string bits = bits_->constant(value, 64).substr(2);
    return "(fp #b" + bits.substr(0, 1) + " #b" + bits.substr(1, 11) + " #b" + bits.substr(12) + ")";
  }
  std::optional<std::string> double_between(const std::string& name, Word lo, Word hi) const override {
    if (lo == lower::kMinusInfinity && hi == lower::kInfinity) return "true";
    return call("and", call("fp.leq", double_constant(lo), name), call("fp.leq", name, double_constant(hi)));
  }

  std::optional<std::string> operation(TermId id) const override {
    const Term& of = term(id);
    if (of.op == Op::select || of.op == Op::eq) return common(of);
    if (!lower::is_float(of.op)) return bits_->operation(id);
    std::string a = name(of.a), b = of.b == lower::kNoTerm ? "" : name(of.b);
    switch (of.op) {
      case Op::fadd: return call("fp.add RNE", a, b);
      case Op::fsub: return call("fp.sub RNE", a, b);
      case Op::fmul: return call("fp.mul RNE", a, b);
      case Op::fdiv: return call("fp.div RNE", a, b);
      case Op::fneg: return call("fp.neg", a);
      case Op::fabs: return call("fp.abs", a);
      case Op::feq: return call("fp.eq", a, b);
      case Op::flt: return call("fp.lt", a, b);
      case Op::fle: return call("fp.leq", a, b);
      case Op::funordered: return call("or", call("fp.isNaN", a), call("fp.isNaN", b));
      case Op::int_to_double: return from_integer(of, a);
      case Op::double_to_int: return to_integer(of, a);
      default: return std::nullopt;
    }
  }

 private:
  std::optional<std::string> from_integer(const Term& of, const std::string& a) const {
    if (operand_width(of) == 1) return choice(a, double_constant(lower::word_of(1.0)), double_constant(0));
    return "((_ to_fp 11 53) RNE " + a + ")";
  }
  /// Where it is undefined SMT-LIB leaves it open; that it is defined is an obligation of its own.
  std::optional<std::string> to_integer(const Term& of, const std::string& a) const {
    if (of.width == 1) return std::nullopt;
    return "((_ fp.to_sbv " + std::to_string(of.width) + ") RTZ " + a + ")";
  }

  std::unique_ptr<Printer> bits_;
};

}  // namespace

std::unique_ptr<Printer> make_float_printer(const Question& question) { return std::make_unique<FloatPrinter>(question); }

}  // namespace assay::verify::smt
