#include "verify/domains/facts.h"

#include "verify/domains/float_interval.h"

#include <algorithm>

namespace assay::verify::domains {
namespace {

using lower::kNoTerm;
using lower::Term;
using lower::TermKind;

/// What an operand that an operation does not have is given as.
const Integer& nothing() {
  static const Integer kNothing = Integer::of(0, 1);
  return kNothing;
}

auto place_of(auto& known, TermId id) {
  return std::lower_bound(known.begin(), known.end(), id, [](const auto& fact, TermId wanted) { return fact.first < wanted; });
}

}  // namespace

std::size_t Ranges::Hash::operator()(const Integer* value) const {
  std::uint64_t mixed = 0x9e3779b97f4a7c15ull + value->width;
  auto mix = [&](Word word) {
    mixed = (mixed ^ static_cast<std::uint64_t>(word) ^ static_cast<std::uint64_t>(static_cast<UnsignedWord>(word) >> 64)) * 0xff51afd7ed558ccdull;
    mixed ^= mixed >> 29;
  };
  mix(value->range.lo), mix(value->range.hi), mix(value->unsigned_range.lo), mix(value->unsigned_range.hi);
  mix(value->bits.zeros), mix(value->bits.ones), mix(value->congruence.modulus), mix(value->congruence.residue);
  return mixed;
}

Ranges::Number Ranges::number(const Integer& value) {
  if (auto at = numbers_.find(&value); at != numbers_.end()) return at->second;
  values_.push_back(value);
  auto now = static_cast<Number>(values_.size() - 1);
  numbers_.emplace(&values_.back(), now);
  return now;
}

Integer Ranges::base_of(TermId id) const {
  const Term& term = pool_[id];
  auto declared = [&](const auto& range) {
    return Integer::within(term.is_double ? keys_of_range(range.min, range.max) : Interval{range.min, range.max}, term.width);
  };
  if (term.kind == TermKind::constant) return Integer::of(term.is_double ? order_key(term.value) : term.value, term.width);
  if (term.kind == TermKind::input) return declared(program_.inputs[static_cast<std::size_t>(term.value)]);
  if (term.kind == TermKind::symbol) return declared(pool_.symbol_of(id));
  auto operand = [&](TermId of) -> const Integer& { return of == kNoTerm ? nothing() : values_[base_[of]]; };
  return transfer(term.op, term.width, pool_.operand_width(term), operand(term.a), operand(term.b), operand(term.c), term.exact);
}

Ranges::Number Ranges::base_number(TermId id) {
  while (base_.size() <= id) base_.push_back(number(base_of(static_cast<TermId>(base_.size()))));  // operands have smaller names
  return base_[id];
}

Ranges::Number Facts::number(TermId id, Ranges& ranges) const {
  auto at = place_of(known_, id);
  return at != known_.end() && at->first == id ? at->second : ranges.base_number(id);
}

void Facts::replace(TermId id, Number now) {
  auto at = place_of(known_, id);
  if (at != known_.end() && at->first == id) at->second = now;
  else known_.insert(at, {id, now});
}

bool Facts::restrict_to(TermId id, const Interval& to, Ranges& ranges) {
  const Integer& before = value(id, ranges);
  if (before.range.within(to)) return true;
  auto now = meet(before, to);
  if (now) replace(id, ranges.number(*now));
  return now.has_value();
}

bool Facts::restrict_to(TermId id, const Integer& to, Ranges& ranges) {
  const Integer& before = value(id, ranges);
  if (leq(before, to)) return true;
  auto now = meet(before, to);
  if (now && *now != before) replace(id, ranges.number(*now));
  return now.has_value();
}

void Facts::merge(const Facts& other, Ranges& ranges, auto combine) {
  std::vector<Entry> out;
  auto theirs = other.known_.begin();
  for (const Entry& mine : known_) {
    while (theirs != other.known_.end() && theirs->first < mine.first) ++theirs;
    if (theirs == other.known_.end()) break;
    if (theirs->first != mine.first) continue;
    if (theirs->second == mine.second) {
      out.push_back(mine);
      continue;
    }
    Integer both = combine(ranges[mine.second], ranges[theirs->second]);
    if (!leq(ranges.base_value(mine.first), both)) out.push_back({mine.first, ranges.number(both)});
  }
  known_ = std::move(out);
}

void Facts::join(const Facts& other, Ranges& ranges) {
  merge(other, ranges, [](const Integer& a, const Integer& b) { return domains::join(a, b); });
}

/// Listed terms only become fewer, and each one's value moves finitely often.
void Facts::widen(const Facts& other, std::span<const Word> thresholds, Ranges& ranges) {
  merge(other, ranges, [&](const Integer& a, const Integer& b) { return domains::widen(a, b, thresholds, a.width); });
}

/// Listed terms only become more, out of finitely many, and each one's bounds leave the ends of the width once.
void Facts::narrow(const Facts& other, Ranges& ranges) {
  for (const auto& [id, theirs] : other.known_) {
    auto at = place_of(known_, id);
    if (at == known_.end() || at->first != id) known_.insert(at, {id, theirs});
    else if (at->second != theirs) at->second = ranges.number(domains::narrow(ranges[at->second], ranges[theirs], ranges.width(id)));
  }
}

}  // namespace assay::verify::domains
