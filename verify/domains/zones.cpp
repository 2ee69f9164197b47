#include "verify/domains/zones.h"

#include <algorithm>

namespace assay::verify::domains {
namespace {

using lower::kNoTerm;
using lower::Term;
using lower::TermKind;

bool is_operation(const Term& term, Op op) { return term.kind == TermKind::operation && term.op == op; }

/// An exact sum is the machine's value only where it is read: another way may hold the term without meaning it.
bool means_the_same_everywhere(TermId id, const TermPool& pool) { return !pool[id].exact; }

}  // namespace

void Zone::add(const Difference& difference) {
  if (difference.x == kNoTerm) return;
  for (Difference& known : listed_)
    if (known.x == difference.x && known.y == difference.y) {
      known.bound = std::min(known.bound, difference.bound);
      return;
    }
  if (listed_.size() == kMost) listed_.erase(listed_.begin());  // forgetting is sound
  listed_.push_back(difference);
}

/// Integers: x = base + plus. A widening keeps the value; zero extension does where nothing is negative, and a narrowing
/// where everything fits.
Differences::Offset Differences::offset_of(TermId id) const {
  Offset out{id, 0};
  for (int i = 0; i < 16; ++i) {
    const Term& term = pool_[out.base];
    if (term.kind == TermKind::constant) return {kNoTerm, out.plus + term.value};
    if (term.kind != TermKind::operation) return out;
    if (term.exact && (term.op == Op::add || term.op == Op::sub) && pool_.is_constant(term.b)) {
      out.plus += term.op == Op::add ? pool_[term.b].value : -pool_[term.b].value;
      out.base = term.a;
    } else if ((term.op == Op::sext && pool_[term.a].width > 1) ||
               (term.op == Op::zext && pool_[term.a].width > 1 && range(term.a).lo >= 0) ||
               (term.op == Op::trunc && term.width > 1 && pool_[term.a].width <= 64 && range(term.a).within(whole(term.width)))) {
      out.base = term.a;
    } else {
      return out;
    }
  }
  return out;
}

Difference Differences::normal(TermId x, TermId y, Word bound) const {
  if (!handles(x, pool_) || !handles(y, pool_)) return {};
  Offset left = offset_of(x), right = offset_of(y);
  if (left.base == kNoTerm || right.base == kNoTerm || left.base == right.base) return {};
  return {left.base, right.base, bound - left.plus + right.plus};
}

Word Differences::upper(TermId x, TermId y, int depth) const {
  Offset left = offset_of(x), right = offset_of(y);
  Word plus = left.plus - right.plus;
  if (left.base == right.base) return plus;
  if (left.base == kNoTerm) return plus - least(right.base, depth);
  if (right.base == kNoTerm) return plus + most(left.base, depth);
  Word best = range(left.base).hi - range(right.base).lo;
  if (--left_ < 0) return best + plus;
  for (const Difference& known : zone_.listed()) {  // a chain of differences bounds the whole
    if (known.x != left.base) continue;
    if (known.y == right.base) best = std::min(best, known.bound);
    else if (depth > 0) best = std::min(best, known.bound + upper(known.y, right.base, depth - 1));
  }
  if (depth > 0) best = std::min(best, upper_of_parts(left.base, right.base, depth - 1));
  return best + plus;
}

/// An exact difference of two terms is what it says, bounded by what is known of differences.
Word Differences::most(TermId id, int depth) const {
  const Term term = pool_[id];
  bool is_difference = term.exact && is_operation(term, Op::sub) && depth > 0 && handles(term.a, pool_);
  return is_difference ? std::min(range(id).hi, upper(term.a, term.b, depth - 1)) : range(id).hi;
}

Word Differences::least(TermId id, int depth) const {
  const Term term = pool_[id];
  bool is_difference = term.exact && is_operation(term, Op::sub) && depth > 0 && handles(term.a, pool_);
  return is_difference ? std::max(range(id).lo, -upper(term.b, term.a, depth - 1)) : range(id).lo;
}

/// (a + b) - y = (a - y) + b, and so on, over the integers; a choice is at most the larger of its sides.
Word Differences::upper_of_parts(TermId x, TermId y, int depth) const {
  const Term left = pool_[x], right = pool_[y];
  Word best = range(x).hi - range(y).lo;
  if (left.exact && is_operation(left, Op::add)) {
    best = std::min(best, upper(left.a, y, depth) + range(left.b).hi);
    best = std::min(best, upper(left.b, y, depth) + range(left.a).hi);
  }
  if (left.exact && is_operation(left, Op::sub)) best = std::min(best, upper(left.a, y, depth) - range(left.b).lo);
  if (is_operation(left, Op::select))
    best = std::min(best, std::max(upper_of_choice(left, true, y, true, depth), upper_of_choice(left, false, y, true, depth)));
  if (right.exact && is_operation(right, Op::add)) {
    best = std::min(best, upper(x, right.a, depth) - range(right.b).lo);
    best = std::min(best, upper(x, right.b, depth) - range(right.a).lo);
  }
  if (right.exact && is_operation(right, Op::sub)) best = std::min(best, upper(x, right.a, depth) + range(right.b).hi);
  if (is_operation(right, Op::select))
    best = std::min(best, std::max(upper_of_choice(right, true, x, false, depth), upper_of_choice(right, false, x, false, depth)));
  return best;
}

/// One side of a choice, with what its condition p < q says of the very operands: min(p, q) <= q.
Word Differences::upper_of_choice(const Term& choice, bool yes, TermId other, bool choice_is_left, int depth) const {
  TermId side = yes ? choice.b : choice.c;
  auto bound = [&](TermId id) { return choice_is_left ? upper(id, other, depth) : upper(other, id, depth); };
  Word best = bound(side);
  const Term condition = pool_[choice.a];
  if (!is_operation(condition, Op::slt)) return best;
  // yes: p - q <= -1; no: q - p <= 0.
  TermId low = yes ? condition.a : condition.b, high = yes ? condition.b : condition.a;
  Word gap = yes ? -1 : 0;
  if (choice_is_left && side == low) best = std::min(best, bound(high) + gap);
  if (!choice_is_left && side == high) best = std::min(best, bound(low) + gap);
  return best;
}

std::optional<bool> Differences::decide(TermId bit, int depth) const {
  const Term term = pool_[bit];
  if (term.kind != TermKind::operation) return std::nullopt;
  if (pool_[bit].width == 1 && (term.op == Op::and_ || term.op == Op::or_ || term.op == Op::xor_)) {
    if (depth == 0) return std::nullopt;
    auto a = decide(term.a, depth - 1);
    if (term.op == Op::xor_) return pool_.is_constant(term.b, 1) && a ? std::optional(!*a) : std::nullopt;
    bool decisive = term.op == Op::or_;
    if (a == decisive) return decisive;
    auto b = decide(term.b, depth - 1);
    if (b == decisive) return decisive;
    return a && b ? std::optional(!decisive) : std::nullopt;
  }
  if (term.b == kNoTerm || !handles(term.a, pool_) || !handles(term.b, pool_)) return std::nullopt;
  switch (term.op) {
    case Op::ult:
      if (range(term.a).lo < 0 || range(term.b).lo < 0) return std::nullopt;
      [[fallthrough]];
    case Op::slt:
      if (upper(term.a, term.b) <= -1) return true;
      if (upper(term.b, term.a) <= 0) return false;
      return std::nullopt;
    case Op::eq:
      if (upper(term.a, term.b) <= -1 || upper(term.b, term.a) <= -1) return false;
      return std::nullopt;
    case Op::ssub_overflows:
      if (between(term.a, term.b).within(whole(pool_[term.a].width))) return false;
      return std::nullopt;
    case Op::usub_overflows:
      if (range(term.a).lo >= 0 && range(term.b).lo >= 0 && upper(term.b, term.a) <= 0) return false;
      return std::nullopt;
    default: return std::nullopt;
  }
}

void Differences::collect(TermId bit, bool truth, int depth, std::vector<Difference>& out) const {
  const Term term = pool_[bit];
  if (term.kind != TermKind::operation || depth == 0) return;
  if (term.width == 1 && (term.op == Op::and_ || term.op == Op::or_)) {
    if ((term.op == Op::and_) != truth) return;
    collect(term.a, truth, depth - 1, out);
    collect(term.b, truth, depth - 1, out);
    return;
  }
  if (TermId inner = pool_.negated(bit); inner != kNoTerm) return collect(inner, !truth, depth - 1, out);
  if (term.b == kNoTerm || !handles(term.a, pool_) || !handles(term.b, pool_)) return;
  auto say = [&](TermId x, TermId y, Word bound) { out.push_back(normal(x, y, bound)); };
  bool below = term.op == Op::slt || (term.op == Op::ult && range(term.b).lo >= 0 && (truth || range(term.a).lo >= 0));
  if (below && truth) say(term.a, term.b, -1);
  if (below && !truth) say(term.b, term.a, 0);
  if (term.op == Op::eq && truth) say(term.a, term.b, 0), say(term.b, term.a, 0);
  if (term.op == Op::eq && !truth) {  // a <= b and a != b is a < b
    if (upper(term.a, term.b) == 0) say(term.a, term.b, -1);
    if (upper(term.b, term.a) == 0) say(term.b, term.a, -1);
  }
}

std::vector<Difference> Differences::said_by(TermId bit, bool truth) const {
  std::vector<Difference> out;
  collect(bit, truth, kDepth, out);
  return out;
}

Zone join(const std::vector<const Zone*>& zones, const std::vector<Facts>& facts, const TermPool& pool, Ranges& ranges) {
  Zone out;
  auto holds_on = [&](std::size_t way, const Difference& wanted) -> std::optional<Word> {
    for (const Difference& known : zones[way]->listed())
      if (known.x == wanted.x && known.y == wanted.y) return known.bound;
    if (!means_the_same_everywhere(wanted.x, pool) || !means_the_same_everywhere(wanted.y, pool)) return std::nullopt;
    return Differences(*zones[way], facts[way], pool, ranges).upper(wanted.x, wanted.y);
  };
  auto consider = [&](const Difference& wanted) {
    Word worst = wanted.bound;
    for (std::size_t way = 0; way < zones.size(); ++way) {
      auto bound = holds_on(way, wanted);
      if (!bound) return;
      worst = std::max(worst, *bound);
    }
    if (worst < ranges.base(wanted.x).hi - ranges.base(wanted.y).lo) out.add({wanted.x, wanted.y, worst});
  };
  for (const Zone* zone : zones)
    for (const Difference& each : zone->listed()) {
      bool done = std::any_of(out.listed().begin(), out.listed().end(), [&](auto& known) { return known.x == each.x && known.y == each.y; });
      if (!done) consider(each);
    }
  return out;
}

}  // namespace assay::verify::domains
