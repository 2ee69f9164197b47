// How a fact about one term tells of others: downwards to operands (assume) and upwards from them (evaluate).

#include <algorithm>
#include <unordered_map>

#include "verify/domains/facts.h"

namespace assay::verify::domains {
namespace {

using lower::kNoTerm;
using lower::Term;
using lower::TermKind;

/// Deeper refinement rarely pays and may cost without end on shared graphs.
constexpr int kDepth = 12;

Integer nothing() { return Integer::of(0, 1); }

class Assumer {
 public:
  Assumer(Facts& facts, const TermPool& pool, Ranges& ranges) : facts_(facts), pool_(pool), ranges_(ranges) {}

  /// The term lies in `to`: keep that, and push what it says of the operands down.
  bool restrict_term(TermId id, const Integer& to, int depth) {
    const Integer& before = facts_.value(id, ranges_);
    if (leq(before, to)) return depth == 0 || !is_connective(id) || !before.single() || push(id, before, depth - 1);
    if (!facts_.restrict_to(id, to, ranges_)) return false;
    return depth == 0 || push(id, facts_.value(id, ranges_), depth - 1);
  }

 private:
  const Integer& value(TermId id) const { return facts_.value(id, ranges_); }
  Integer operand(TermId id) const { return id == kNoTerm ? nothing() : value(id); }

  /// A bit that was already decided still says something of the bits it is made of, and a test of doubles says more once NaN
  /// is excluded.
  bool is_connective(TermId id) const {
    const Term& term = pool_[id];
    return term.kind == TermKind::operation && term.width == 1 &&
           (term.op == Op::and_ || term.op == Op::or_ || term.op == Op::xor_ || lower::is_float(term.op));
  }

  bool push(TermId id, const Integer& now, int depth) {
    const Term term = pool_[id];
    if (term.kind != TermKind::operation) return true;
    auto refined = refine(term.op, now, {operand(term.a), operand(term.b), operand(term.c)}, term.exact);
    if (!refined) return false;
    for (auto [of, to] : {std::pair{term.a, &refined->a}, {term.b, &refined->b}, {term.c, &refined->c}})
      if (of != kNoTerm && !pool_.is_constant(of) && !restrict_term(of, *to, depth)) return false;
    return true;
  }

  Facts& facts_;
  const TermPool& pool_;
  Ranges& ranges_;
};

class DeepEvaluator {
 public:
  DeepEvaluator(const Facts& facts, const TermPool& pool, Ranges& ranges) : facts_(facts), pool_(pool), ranges_(ranges) {}

  Integer value(TermId id, int depth) {
    const Integer& known = facts_.value(id, ranges_);
    const Term& term = pool_[id];
    if (term.kind != TermKind::operation || depth == 0 || known.single()) return known;
    if (auto found = memo_.find(id); found != memo_.end()) return found->second;
    Integer a = value(term.a, depth - 1), b = nothing(), c = nothing();
    bool chosen = term.op == Op::select && a.single();
    if (term.b != kNoTerm && !(chosen && a.range.lo == 0)) b = value(term.b, depth - 1);
    if (term.c != kNoTerm && !(chosen && a.range.lo != 0)) c = value(term.c, depth - 1);
    Integer computed = transfer(term.op, term.width, pool_.operand_width(term), a, b, c, term.exact);
    return memo_.insert_or_assign(id, meet(computed, known).value_or(known)).first->second;
  }

 private:
  const Facts& facts_;
  const TermPool& pool_;
  Ranges& ranges_;
  std::unordered_map<TermId, Integer> memo_;
};

/// min(x, 9) is at most 9: each side counts with what the condition says of it.
std::optional<Integer> choice_of(const Facts& facts, const Term& term, const TermPool& pool, Ranges& ranges) {
  Facts when_true = facts, when_false = facts;
  bool first = assume(when_true, term.a, true, pool, ranges), second = assume(when_false, term.a, false, pool, ranges);
  if (first && second) return join(when_true.value(term.b, ranges), when_false.value(term.c, ranges));
  if (first) return when_true.value(term.b, ranges);
  if (second) return when_false.value(term.c, ranges);
  return std::nullopt;
}

}  // namespace

bool assume(Facts& facts, TermId condition, bool truth, const TermPool& pool, Ranges& ranges) {
  return Assumer(facts, pool, ranges).restrict_term(condition, Integer::of(truth, 1), kDepth);
}

Integer evaluate_once(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges) {
  const Term term = pool[id];
  const Integer known = facts.value(id, ranges);
  if (term.kind != TermKind::operation || known.single()) return known;
  auto operand = [&](TermId of) { return of == kNoTerm ? nothing() : facts.value(of, ranges); };
  Integer out = transfer(term.op, term.width, pool.operand_width(term), operand(term.a), operand(term.b), operand(term.c), term.exact);
  if (term.op == Op::select)
    if (auto chosen = choice_of(facts, term, pool, ranges)) out = meet(out, *chosen).value_or(out);
  return meet(known, out).value_or(known);
}

Integer evaluate_deep_value(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges) {
  return DeepEvaluator(facts, pool, ranges).value(id, kDepth);
}

Interval evaluate_deep(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges) {
  return evaluate_deep_value(facts, id, pool, ranges).range;
}

}  // namespace assay::verify::domains
