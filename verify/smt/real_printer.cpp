// Doubles as reals. Sound for unsat only: every execution has a counterpart among the models, not every model an execution.
//
// A rounded result is a real of its own, within the rounding error of the exact result of its (rounded) operands. All that
// is said of it is true of IEEE rounding to nearest: enclosure, sign, fl(0) = 0, and monotonicity (real_rounding.h).
// That holds while results are finite. An operation is *bad* where it divides by zero or its exact result is not moderate;
// then nothing is said of its value, and the claim asks, beside the violation, whether any operation that matters is bad:
//
//     (path and violation) or, for some operation t, (the path so far, t is looked at, and t is bad).
//
// Why unsat is a proof. Take an execution that satisfies the path and the violation. Call a term live if the chain of
// choices from the claim down to it selects it, by the execution's own values; the later operand of an "and" or "or" is selected
// where the earlier one does not settle it. If no live operation is bad, let live terms have
// their machine values, and let other operations be fl(exact of their operands), or anything where bad: all facts hold, and
// the claim's first part does. Otherwise let t be the first live bad operation, in the order of terms (operands first). Every
// live term before it is finite and can have its machine value, so literals of the path and choices that speak only of
// operations before t are as in the execution: they hold, and t is bad, so the claim's second part holds. Either way the text is
// satisfiable. Literals and choices that speak of later operations are left out of the second part, which only weakens it.
//
// Which operations cannot be bad on any input is known from ranges (real_ranges.h); they have no such part.
//
// Signs of zero are not modelled: only division (bad at zero) and equality of bits (refused) could tell them apart. NaN and
// infinities in constants, or ranges that allow them, are refused.

#include <algorithm>
#include <optional>

#include "verify/smt/printer.h"
#include "verify/smt/real_ranges.h"
#include "verify/smt/real_rounding.h"

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::TermKind;
using lower::Word;

constexpr unsigned kMostPairs = 200;  ///< of operations, for the facts about monotonicity

bool is_rounded(const Term& of) {
  return of.kind == TermKind::operation && ((of.op >= Op::fadd && of.op <= Op::fdiv) || of.op == Op::int_to_double);
}
std::string assertion(const std::string& text) { return "(assert " + text + ")\n"; }

/// What a term is selected by, on every way from the claim down to it.
struct Guard {
  TermId bit = lower::kNoTerm;
  bool holds = true;
  auto operator<=>(const Guard&) const = default;
};

class RealPrinter : public Printer {
 public:
  explicit RealPrinter(const Question& question) : Printer(question), integers_(make_integer_printer(question)), ranges_(question.pool.size()) {}

  std::string_view logic() const override { return has_integers_ ? "ALL" : "QF_NRA"; }
  std::string_view prelude() const override { return has_integers_ ? integers_->prelude() : ""; }
  bool has_doubles() const override { return true; }
  std::string sort(unsigned width) const override { return integers_->sort(width); }
  std::string constant(Word value, unsigned width) const override { return integers_->constant(value, width); }
  std::string between(const std::string& name, Word lo, Word hi, unsigned width) const override { return integers_->between(name, lo, hi, width); }
  void number(std::span<const TermId> terms) override {
    Printer::number(terms);
    integers_->number(terms);
    ranges_ = real_ranges(question_, terms);
    has_integers_ = std::ranges::any_of(terms, [&](TermId id) { return term(id).width > 1 && !term(id).is_double; });
  }

  std::string double_sort() const override { return "Real"; }
  std::string double_constant(Word value) const override { return exact_real(value); }
  std::optional<std::string> double_between(const std::string& name, Word lo, Word hi) const override {
    if (!is_finite(lo) || !is_finite(hi)) return std::nullopt;
    return "(<= " + exact_real(lo) + " " + name + " " + exact_real(hi) + ")";
  }

  /// Of what is exact over the reals.
  std::optional<std::string> operation(TermId id) const override {
    const Term& of = term(id);
    for (TermId operand : {of.a, of.b, of.c})
      if (operand != lower::kNoTerm && term(operand).is_double && question_.pool.is_constant(operand) && !is_finite(term(operand).value)) return std::nullopt;
    if (of.op == Op::select) return common(of);
    if (of.op == Op::eq && term(of.a).is_double) return std::nullopt;
    if (!lower::is_float(of.op)) return integers_->operation(id);
    std::string a = name(of.a);
    switch (of.op) {
      case Op::fneg: return call("-", a);
      case Op::fabs: return choice(call(">=", a, "0.0"), a, call("-", a));
      case Op::feq: return call("=", a, name(of.b));
      case Op::flt: return call("<", a, name(of.b));
      case Op::fle: return call("<=", a, name(of.b));
      case Op::funordered: return "false";
      case Op::double_to_int: return of.width == 1 ? std::nullopt : std::optional(choice(call(">=", a, "0.0"), call("to_int", a), call("-", call("to_int", call("-", a)))));
      case Op::fadd: return call("+", a, name(of.b));
      case Op::fsub: return call("-", a, name(of.b));
      case Op::fmul: return call("*", a, name(of.b));
      case Op::fdiv: return call("/", a, name(of.b));
      case Op::int_to_double: return call("to_real", operand_width(of) == 1 ? choice(a, "1", "0") : a);
      default: return std::nullopt;
    }
  }

  std::optional<std::string> definition(TermId id) const override {
    const Term& of = term(id);
    if (!is_rounded(of)) return Printer::definition(id);
    auto text = operation(id);
    if (!text) return std::nullopt;
    std::string out = "(define-fun " + exact(id) + " () Real " + *text + ")\n(declare-const " + name(id) + " Real)\n";
    if (of.op == Op::int_to_double) return out + bounds(id) + assertion(encloses(exact(id), name(id), false)) + assertion(call("=>", is_exact_integer(id), call("=", name(id), exact(id))));
    if (may_be_bad(id)) {
      std::string good = is_moderate(exact(id));
      if (of.op == Op::fdiv) good = call("and", call("not", call("=", name(of.b), "0.0")), good);
      out += "(define-fun " + bad(id) + " () Bool " + call("not", good) + ")\n";
    }
    return out + bounds(id) + if_good({id}, encloses(exact(id), name(id), of.op == Op::fmul || of.op == Op::fdiv));
  }

  std::string lemmas(std::span<const TermId> terms) const override {
    std::vector<TermId> rounded, known;
    for (TermId id : terms) {
      const Term& of = term(id);
      if (is_rounded(of)) rounded.push_back(id);
      else if (of.is_double && of.kind != TermKind::operation) known.push_back(id);
    }
    std::string out;
    unsigned pairs = 0;
    for (std::size_t i = 0; i < rounded.size(); ++i) {
      for (TermId value : known)
        if (pairs++ < kMostPairs) out += compared_with(rounded[i], value);
      for (std::size_t k = i + 1; k < rounded.size() && pairs < kMostPairs; ++k, ++pairs) out += compared(rounded[i], rounded[k]);
    }
    return out + integers_->lemmas(terms);
  }

  std::string claim(std::span<const TermId> terms) const override {
    std::vector<TermId> latest = latest_bad(terms);
    auto guards = guards_of(terms);
    std::string out = "(assert (or (and" + path_text(lower::kNoTerm, latest) + " " + name(question_.violation) + ")";
    for (TermId id : terms) {
      if (!may_be_bad(id)) continue;
      out += "\n  (and" + path_text(id, latest);
      for (const Guard& guard : guards[id])
        if (is_before(latest[guard.bit], id)) out += " " + (guard.holds ? name(guard.bit) : call("not", name(guard.bit)));
      out += " " + bad(id) + ")";
    }
    return out + "))\n";
  }

 private:
  /// 2^127, the largest integer, is moderate.
  bool may_be_bad(TermId id) const { return is_rounded(term(id)) && term(id).op != Op::int_to_double && !ranges_[id]; }

  /// What ranges say of an operation, before and after rounding.
  std::string bounds(TermId id) const {
    if (!ranges_[id]) return "";
    std::string low = exact_real(lower::word_of(ranges_[id]->low)), high = exact_real(lower::word_of(ranges_[id]->high));
    return assertion("(and (<= " + low + " " + exact(id) + " " + high + ") (<= " + low + " " + name(id) + " " + high + "))");
  }

  std::string exact(TermId id) const { return "e!" + number_of(id); }
  std::string bad(TermId id) const { return "bad!" + number_of(id); }
  std::string is_exact_integer(TermId id) const { return "(<= (- 9007199254740992.0) " + exact(id) + " 9007199254740992.0)"; }

  std::string if_good(std::initializer_list<TermId> ids, const std::string& fact) const {
    std::string bads;
    for (TermId id : ids)
      if (may_be_bad(id)) bads += " " + bad(id);
    return bads.empty() ? assertion(fact) : assertion("(or" + bads + " " + fact + ")");
  }

  /// Rounding keeps order, and a double is rounded to itself.
  std::string compared_with(TermId rounded, TermId value) const {
    std::string e = exact(rounded), r = name(rounded), v = name(value);
    return if_good({rounded}, call("and", call("=>", call("<=", e, v), call("<=", r, v)), call("=>", call(">=", e, v), call(">=", r, v))));
  }

  std::string compared(TermId one, TermId two) const {
    std::string order = call("and", call("=>", call("<=", exact(one), exact(two)), call("<=", name(one), name(two))),
                             call("=>", call(">=", exact(one), exact(two)), call(">=", name(one), name(two))));
    return if_good({one, two}, order) + shared_operand(term(one), one, term(two), two);
  }

  /// Products and quotients with an operand in common are ordered as the other operands are.
  std::string shared_operand(const Term& x, TermId one, const Term& y, TermId two) const {
    if (x.op != y.op) return "";
    auto ordered = [&](const std::string& when, TermId a, TermId b) {
      return if_good({one, two}, call("=>", when, call("and", call("=>", call("<=", name(a), name(b)), call("<=", exact(one), exact(two))),
                                                       call("=>", call(">=", name(a), name(b)), call(">=", exact(one), exact(two))))));
    };
    if (x.op == Op::fdiv && x.b == y.b) return ordered(call(">", name(x.b), "0.0"), x.a, y.a);
    if (x.op == Op::fdiv && x.a == y.a) return ordered("(and (<= 0.0 " + name(x.a) + ") (< 0.0 " + name(x.b) + ") (< 0.0 " + name(y.b) + "))", y.b, x.b);
    if (x.op != Op::fmul) return "";
    TermId shared = x.a == y.a || x.a == y.b ? x.a : x.b == y.a || x.b == y.b ? x.b : lower::kNoTerm;
    if (shared == lower::kNoTerm) return "";
    return ordered(call(">=", name(shared), "0.0"), x.a == shared ? x.b : x.a, y.a == shared ? y.b : y.a);
  }

  /// For every term the last operation that may be bad among those it is made of; kNoTerm: none.
  std::vector<TermId> latest_bad(std::span<const TermId> terms) const {
    std::vector<TermId> out(question_.pool.size(), lower::kNoTerm);
    auto later = [](TermId a, TermId b) { return a == lower::kNoTerm ? b : b == lower::kNoTerm ? a : std::max(a, b); };
    for (TermId id : terms) {
      const Term& of = term(id);
      if (of.kind != TermKind::operation) continue;
      for (TermId operand : {of.a, of.b, of.c})
        if (operand != lower::kNoTerm) out[id] = later(out[id], out[operand]);
      if (may_be_bad(id)) out[id] = later(out[id], id);
    }
    return out;
  }

  static bool is_before(TermId latest, TermId id) { return latest == lower::kNoTerm || latest < id; }

  /// The literals that speak only of operations before `id`; all of them for kNoTerm.
  std::string path_text(TermId id, const std::vector<TermId>& latest) const {
    std::string out;
    for (TermId literal : question_.path)
      if (id == lower::kNoTerm || is_before(latest[literal], id)) out += " " + name(literal);
    return out.empty() ? " true" : out;
  }

  /// Users come after their operands, so one pass from the last term to the first.
  std::vector<std::vector<Guard>> guards_of(std::span<const TermId> terms) const {
    std::vector<std::optional<std::vector<Guard>>> known(question_.pool.size());
    auto meet = [&](TermId id, std::vector<Guard> other) {
      std::sort(other.begin(), other.end());
      if (!known[id]) {
        known[id] = std::move(other);
        return;
      }
      std::vector<Guard> both;
      std::set_intersection(known[id]->begin(), known[id]->end(), other.begin(), other.end(), std::back_inserter(both));
      known[id] = std::move(both);
    };
    for (TermId literal : question_.path) meet(literal, {});
    meet(question_.violation, {});
    for (std::size_t i = terms.size(); i-- > 0;) {
      const Term& of = term(terms[i]);
      if (of.kind != TermKind::operation) continue;
      const std::vector<Guard> here = *known[terms[i]];
      auto with = [&](TermId bit, bool holds) {
        std::vector<Guard> out = here;
        out.push_back({bit, holds});
        return out;
      };
      if (of.op == Op::select) {
        meet(of.a, here);
        meet(of.b, with(of.a, true));
        meet(of.c, with(of.a, false));
      } else if (of.width == 1 && (of.op == Op::and_ || of.op == Op::or_)) {  // the first operand may settle it
        TermId first = std::min(of.a, of.b), second = std::max(of.a, of.b);
        meet(first, here);
        meet(second, with(first, of.op == Op::and_));
      } else {
        for (TermId operand : {of.a, of.b})
          if (operand != lower::kNoTerm) meet(operand, here);
      }
    }
    std::vector<std::vector<Guard>> out(known.size());
    for (std::size_t i = 0; i < known.size(); ++i)
      if (known[i]) out[i] = std::move(*known[i]);
    return out;
  }

  std::unique_ptr<Printer> integers_;
  std::vector<std::optional<RealRange>> ranges_;
  bool has_integers_ = true;
};

}  // namespace

std::unique_ptr<Printer> make_real_printer(const Question& question) { return std::make_unique<RealPrinter>(question); }

}  // namespace assay::verify::smt
