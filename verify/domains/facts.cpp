#include "verify/domains/facts.h"

#include <algorithm>
#include <unordered_map>

namespace assay::verify::domains {
namespace {

using lower::kNoTerm;
using lower::Term;
using lower::TermKind;

/// Deeper refinement rarely pays and may cost without end on shared graphs.
constexpr int kDepth = 12;

class Assumer {
 public:
  Assumer(Facts& facts, const TermPool& pool, Ranges& ranges) : facts_(facts), pool_(pool), ranges_(ranges) {}

  /// The term lies in `to`: keep that, and push what it says of the operands down.
  bool restrict_term(TermId id, const Interval& to, int depth) {
    Interval before = facts_.range(id, ranges_);
    if (before.within(to)) return pool_[id].width > 1 || depth == 0 || push_bit(id, before, depth);
    if (!facts_.restrict_to(id, to, ranges_)) return false;
    return depth == 0 || push(id, facts_.range(id, ranges_), depth - 1);
  }

 private:
  Interval range(TermId id) const { return facts_.range(id, ranges_); }

  /// A bit that was already decided by intervals still says something of the bits it is made of.
  bool push_bit(TermId id, const Interval& now, int depth) {
    const Term& term = pool_[id];
    bool connective = term.kind == TermKind::operation && (term.op == Op::and_ || term.op == Op::or_ || term.op == Op::xor_);
    return !connective || !now.single() || push(id, now, depth - 1);
  }

  bool push(TermId id, const Interval& now, int depth) {
    const Term term = pool_[id];
    if (term.kind != TermKind::operation) return true;
    switch (term.op) {
      case Op::eq: case Op::slt: case Op::ult: return !now.single() || push_comparison(term, now.lo != 0, depth);
      case Op::and_: case Op::or_: case Op::xor_: return term.width > 1 || !now.single() || push_connective(term, now.lo != 0, depth);
      case Op::select: return push_select(term, now, depth);
      case Op::zext: return pool_[term.a].width > 1 ? push_widening(term, now, depth) : push_bit_widening(term, now, depth);
      case Op::sext: return pool_[term.a].width == 1 || restrict_term(term.a, now, depth);
      case Op::trunc: return push_narrowing(term, now, depth);
      case Op::add: case Op::sub: return !term.exact || push_sum(term, now, depth);
      default: return true;
    }
  }

  bool push_comparison(const Term& term, bool truth, int depth) {
    Refined refined = refine(term.op, range(term.a), range(term.b), truth);
    if (!refined.a || !refined.b) return false;
    return restrict_term(term.a, *refined.a, depth) && restrict_term(term.b, *refined.b, depth);
  }

  bool push_connective(const Term& term, bool truth, int depth) {
    const Interval bit{truth, truth};
    if (term.op == Op::xor_) {
      if (!pool_.is_constant(term.b, 1)) return true;
      return restrict_term(term.a, {!truth, !truth}, depth);
    }
    if ((term.op == Op::and_) == truth) return restrict_term(term.a, bit, depth) && restrict_term(term.b, bit, depth);
    const Interval other{!truth, !truth};  // one operand decides: if the other one cannot, it must
    if (range(term.a).within(other)) return restrict_term(term.b, bit, depth);
    if (range(term.b).within(other)) return restrict_term(term.a, bit, depth);
    return true;
  }

  bool push_select(const Term& term, const Interval& now, int depth) {
    bool first = meet(range(term.b), now).has_value(), second = meet(range(term.c), now).has_value();
    if (!first && !second) return false;
    if (first && second) return true;
    return restrict_term(term.a, {first, first}, depth) && restrict_term(first ? term.b : term.c, now, depth);
  }

  bool push_bit_widening(const Term& term, const Interval& now, int depth) { return restrict_term(term.a, now, depth); }
  bool push_widening(const Term& term, const Interval& now, int depth) {
    return range(term.a).lo < 0 || restrict_term(term.a, now, depth);
  }

  /// A narrowing that loses nothing is the identity.
  bool push_narrowing(const Term& term, const Interval& now, int depth) {
    Interval all = term.width == 1 ? Interval{0, 1} : whole(term.width);
    return !range(term.a).within(all) || restrict_term(term.a, now, depth);
  }

  /// a + b = s gives a = s - b, over the integers.
  bool push_sum(const Term& term, const Interval& now, int depth) {
    unsigned width = term.width;
    if (width > 64) return true;
    bool is_sum = term.op == Op::add;
    Interval none{0, 0}, a = range(term.a), b = range(term.b);
    Interval left = transfer(is_sum ? Op::sub : Op::add, 128, 128, now, b, none, false);
    Interval right = is_sum ? transfer(Op::sub, 128, 128, now, a, none, false) : transfer(Op::sub, 128, 128, a, now, none, false);
    return restrict_term(term.a, left, depth) && restrict_term(term.b, right, depth);
  }

  Facts& facts_;
  const TermPool& pool_;
  Ranges& ranges_;
};

class DeepEvaluator {
 public:
  DeepEvaluator(const Facts& facts, const TermPool& pool, Ranges& ranges) : facts_(facts), pool_(pool), ranges_(ranges) {}

  Interval range(TermId id, int depth) {
    Interval known = facts_.range(id, ranges_);
    const Term& term = pool_[id];
    if (term.kind != TermKind::operation || depth == 0 || known.single()) return known;
    if (auto found = memo_.find(id); found != memo_.end()) return found->second;
    Interval a = range(term.a, depth - 1), b, c;
    if (term.op == Op::select && a.single()) {
      b = c = range(a.lo != 0 ? term.b : term.c, depth - 1);
    } else {
      if (term.b != kNoTerm) b = range(term.b, depth - 1);
      if (term.c != kNoTerm) c = range(term.c, depth - 1);
    }
    Interval computed = transfer(term.op, term.width, pool_.operand_width(term), a, b, c, term.exact);
    return memo_[id] = meet(computed, known).value_or(known);
  }

 private:
  const Facts& facts_;
  const TermPool& pool_;
  Ranges& ranges_;
  std::unordered_map<TermId, Interval> memo_;
};

}  // namespace

const Interval& Ranges::base(TermId id) {
  while (base_.size() <= id) {  // operands have smaller names
    const Term& term = pool_[static_cast<TermId>(base_.size())];
    if (term.kind == TermKind::constant) {
      base_.push_back({term.value, term.value});
    } else if (term.kind == TermKind::input) {
      const lower::Input& input = program_.inputs[static_cast<std::size_t>(term.value)];
      base_.push_back({input.min, input.max});
    } else if (term.kind == TermKind::symbol) {
      const lower::Symbol& symbol = pool_.symbol_of(static_cast<TermId>(base_.size()));
      base_.push_back({symbol.min, symbol.max});
    } else {
      Interval none{0, 0}, a = base_[term.a], b = term.b == kNoTerm ? none : base_[term.b];
      Interval c = term.c == kNoTerm ? none : base_[term.c];
      base_.push_back(transfer(term.op, term.width, pool_.operand_width(term), a, b, c, term.exact));
    }
  }
  return base_[id];
}

Interval Facts::range(TermId id, Ranges& ranges) const {
  auto at = std::lower_bound(known_.begin(), known_.end(), id, [](const auto& fact, TermId wanted) { return fact.first < wanted; });
  return at != known_.end() && at->first == id ? at->second : ranges.base(id);
}

bool Facts::restrict_to(TermId id, const Interval& to, Ranges& ranges) {
  auto at = std::lower_bound(known_.begin(), known_.end(), id, [](const auto& fact, TermId wanted) { return fact.first < wanted; });
  bool listed = at != known_.end() && at->first == id;
  Interval before = listed ? at->second : ranges.base(id);
  auto now = meet(before, to);
  if (!now) return false;
  if (*now == before) return true;
  if (listed) at->second = *now;
  else known_.insert(at, {id, *now});
  return true;
}

void Facts::merge(const Facts& other, Ranges& ranges, auto combine) {
  std::vector<std::pair<TermId, Interval>> out;
  auto mine = known_.begin();
  auto theirs = other.known_.begin();
  while (mine != known_.end() && theirs != other.known_.end()) {
    if (mine->first < theirs->first) {
      ++mine;
    } else if (theirs->first < mine->first) {
      ++theirs;
    } else {
      Interval both = combine(mine->first, mine->second, theirs->second);
      if (!ranges.base(mine->first).within(both)) out.push_back({mine->first, both});
      ++mine, ++theirs;
    }
  }
  known_ = std::move(out);
}

void Facts::join(const Facts& other, Ranges& ranges) {
  merge(other, ranges, [](TermId, const Interval& a, const Interval& b) { return hull(a, b); });
}

/// Listed terms only become fewer, and each one's interval moves finitely often.
void Facts::widen(const Facts& other, std::span<const Word> thresholds, Ranges& ranges) {
  merge(other, ranges, [&](TermId id, const Interval& a, const Interval& b) { return domains::widen(a, b, thresholds, ranges.width(id)); });
}

/// Listed terms only become more, out of finitely many, and each one's bounds leave the ends of the width once.
void Facts::narrow(const Facts& other, Ranges& ranges) {
  for (const auto& [id, theirs] : other.known_) {
    auto at = std::lower_bound(known_.begin(), known_.end(), id, [](const auto& fact, TermId wanted) { return fact.first < wanted; });
    if (at != known_.end() && at->first == id) at->second = domains::narrow(at->second, theirs, ranges.width(id));
    else known_.insert(at, {id, theirs});
  }
}

bool assume(Facts& facts, TermId condition, bool truth, const TermPool& pool, Ranges& ranges) {
  return Assumer(facts, pool, ranges).restrict_term(condition, {truth, truth}, kDepth);
}

Interval evaluate_deep(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges) {
  return DeepEvaluator(facts, pool, ranges).range(id, kDepth);
}

}  // namespace assay::verify::domains
