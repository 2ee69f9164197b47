#include "verify/smt/integer_lemmas.h"

#include <vector>

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::TermKind;

std::string all(std::initializer_list<std::string> parts) {
  std::string out = "(and";
  for (const std::string& part : parts) out += " " + part;
  return out + ")";
}

std::string follows(const std::string& from, const std::string& what) { return "(assert " + call("=>", from, what) + ")\n"; }

class Lemmas {
 public:
  Lemmas(const Question& question, const Printer& printer) : pool_(question.pool), printer_(printer) {}

  std::string of(std::span<const TermId> terms) {
    for (TermId id : terms) sort_in(id);
    std::string out;
    for (TermId id : divisions_) out += of_division(id);
    out += of_pairs(products_, &Lemmas::of_products);
    return out + of_pairs(divisions_, &Lemmas::of_divisions);
  }

 private:
  using PairLemma = std::string (Lemmas::*)(TermId, TermId) const;

  void sort_in(TermId id) {
    const Term& term = pool_[id];
    if (term.kind != TermKind::operation || term.width == 1 || term.b == lower::kNoTerm) return;
    if (term.op == Op::mul && term.exact && !pool_.is_constant(term.b)) products_.push_back(id);
    if ((term.op == Op::sdiv || term.op == Op::udiv) && !pool_.is_constant(term.b)) divisions_.push_back(id);
  }

  std::string name(TermId id) const { return printer_.name(id); }
  std::string at_most(TermId a, TermId b) const { return call("<=", name(a), name(b)); }
  std::string not_negative(TermId id) const { return call("<=", "0", name(id)); }
  std::string positive(TermId id) const { return call("<", "0", name(id)); }

  /// n >= 0 and d > 0: 0 <= q <= n and q d <= n < q d + d. Unsigned division is the same there.
  std::string of_division(TermId id) const {
    const Term& term = pool_[id];
    std::string back = call("*", name(id), name(term.b));
    return follows(all({not_negative(term.a), positive(term.b)}),
                   all({not_negative(id), at_most(id, term.a), call("<=", back, name(term.a)), call("<", name(term.a), call("+", back, name(term.b)))}));
  }

  /// Pairs with an operand in common: that is what two copies of one program have.
  std::string of_pairs(const std::vector<TermId>& ids, PairLemma lemma) const {
    std::string out;
    unsigned pairs = 0;
    for (std::size_t i = 0; i < ids.size(); ++i)
      for (std::size_t k = i + 1; k < ids.size() && pairs < kMostPairs; ++k) {
        std::string text = (this->*lemma)(ids[i], ids[k]);
        if (!text.empty()) ++pairs;
        out += text;
      }
    return out;
  }

  /// c >= 0: a <= b implies c a <= c b.
  std::string of_products(TermId left, TermId right) const {
    const Term &x = pool_[left], &y = pool_[right];
    TermId shared = x.a == y.a || x.a == y.b ? x.a : x.b == y.a || x.b == y.b ? x.b : lower::kNoTerm;
    if (shared == lower::kNoTerm) return "";
    TermId a = x.a == shared ? x.b : x.a, b = y.a == shared ? y.b : y.a;
    return follows(not_negative(shared), all({call("=>", at_most(a, b), at_most(left, right)), call("=>", at_most(b, a), at_most(right, left))}));
  }

  /// 0 <= n <= m and d >= e > 0 imply n / d <= m / e.
  std::string of_divisions(TermId left, TermId right) const {
    const Term &x = pool_[left], &y = pool_[right];
    if (x.a != y.a && x.b != y.b) return "";
    auto ordered = [&](TermId less, const Term& low, TermId more, const Term& high) {
      return follows(all({not_negative(low.a), at_most(low.a, high.a), at_most(high.b, low.b), positive(high.b)}), at_most(less, more));
    };
    return ordered(left, x, right, y) + ordered(right, y, left, x);
  }

  const lower::TermPool& pool_;
  const Printer& printer_;
  std::vector<TermId> products_, divisions_;
};

}  // namespace

std::string integer_lemmas(const Question& question, std::span<const TermId> terms, const Printer& printer) {
  return Lemmas(question, printer).of(terms);
}

}  // namespace assay::verify::smt
