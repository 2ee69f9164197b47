// Terms over bit-vectors, the machine's own arithmetic.

#include "verify/smt/printer.h"

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::UnsignedWord;
using lower::Word;
using lower::bits_of;

std::string binary(UnsignedWord value, unsigned width) {
  std::string out = "#b";
  for (unsigned i = width; i-- > 0;) out += ((value >> i) & 1) != 0 ? '1' : '0';
  return out;
}

std::string extended(std::string_view how, unsigned by, const std::string& value) {
  return "((_ " + std::string(how) + " " + std::to_string(by) + ") " + value + ")";
}

std::string bit(unsigned index, const std::string& value) {
  std::string i = std::to_string(index);
  return "(= ((_ extract " + i + " " + i + ") " + value + ") #b1)";
}

class BitVectorPrinter : public Printer {
 public:
  using Printer::Printer;

  std::string_view logic() const override { return "QF_BV"; }
  std::string_view prelude() const override { return ""; }
  std::string sort(unsigned width) const override { return width == 1 ? "Bool" : "(_ BitVec " + std::to_string(width) + ")"; }
  std::string constant(Word value, unsigned width) const override { return binary(bits_of(value, width), width); }
  std::string between(const std::string& name, Word lo, Word hi, unsigned width) const override {
    return call("and", call("bvsle", constant(lo, width), name), call("bvsle", name, constant(hi, width)));
  }

  std::optional<std::string> operation(TermId id) const override {
    const Term& of = term(id);
    if (auto text = common(of)) return text;
    if (of.op >= Op::zext && of.op <= Op::trunc) return conversion(of);
    if (of.op >= Op::sadd_overflows) return overflow(of);
    if (of.op >= Op::ctlz) return count(of);
    if (of.width == 1 && operand_width(of) == 1) return std::nullopt;
    static constexpr std::string_view kHeads[] = {"bvadd", "bvsub", "bvmul", "bvsdiv", "bvsrem", "bvudiv", "bvurem", "bvshl",
                                                  "bvlshr", "bvashr", "bvand", "bvor", "bvxor", "=", "bvslt", "bvult"};
    return call(kHeads[static_cast<std::size_t>(of.op)], name(of.a), name(of.b));
  }

 private:
  std::optional<std::string> conversion(const Term& of) const {
    unsigned from = operand_width(of);
    std::string a = name(of.a);
    if (of.op == Op::trunc) {
      if (of.width == 1) return bit(0, a);
      return "((_ extract " + std::to_string(of.width - 1) + " 0) " + a + ")";
    }
    Word one = of.op == Op::sext ? -1 : 1;
    if (from == 1) return choice(a, constant(one, of.width), constant(0, of.width));
    return extended(of.op == Op::zext ? "zero_extend" : "sign_extend", of.width - from, a);
  }

  std::optional<std::string> count(const Term& of) const {
    std::string a = name(of.a);
    if (of.op == Op::ctpop) {
      std::string sum = constant(0, of.width);
      for (unsigned i = 0; i < of.width; ++i) sum = call("bvadd", sum, choice(bit(i, a), constant(1, of.width), constant(0, of.width)));
      return sum;
    }
    std::string out = constant(of.width, of.width);
    for (unsigned step = 0; step < of.width; ++step) {  // the outermost test is the bit that is looked at first
      unsigned index = of.op == Op::ctlz ? step : of.width - 1 - step;
      unsigned zeros = of.op == Op::ctlz ? of.width - 1 - index : index;
      out = choice(bit(index, a), constant(zeros, of.width), out);
    }
    return out;
  }

  /// The exact result in twice the width (plus one bit for the sign of a difference), against what truncation keeps.
  std::optional<std::string> overflow(const Term& of) const {
    unsigned width = operand_width(of);
    bool is_signed = of.op <= Op::smul_overflows;
    int which = (static_cast<int>(of.op) - static_cast<int>(Op::sadd_overflows)) % 3;
    if (!is_signed && which == 1) return call("bvult", name(of.a), name(of.b));
    unsigned by = which == 2 ? width : 1;
    std::string_view how = is_signed ? "sign_extend" : "zero_extend";
    std::string_view head = which == 0 ? "bvadd" : which == 1 ? "bvsub" : "bvmul";
    std::string exact = call(head, extended(how, by, name(of.a)), extended(how, by, name(of.b)));
    std::string kept = "((_ extract " + std::to_string(width - 1) + " 0) " + exact + ")";
    return call("not", call("=", exact, extended(how, by, kept)));
  }
};

}  // namespace

std::unique_ptr<Printer> make_bit_vector_printer(const Question& question) { return std::make_unique<BitVectorPrinter>(question); }

}  // namespace assay::verify::smt
