#include "verify/domains/explorer.h"
#include "verify/domains/float_interval.h"

#include <algorithm>

namespace assay::verify::domains {

using lower::Check;
using lower::kNone;
using lower::kNoTerm;
using lower::Property;

Interval Explorer::range(TermId id, const State& state) {
  if (pool_.is_constant(id)) {
    const Word word = pool_[id].is_double ? order_key(pool_[id].value) : pool_[id].value;
    return {word, word};
  }
  if (!options_.use_intervals) return whole(pool_[id].width);
  return state.facts.range(id, ranges_);
}

/// 0, 1 or nullopt. The deep look, and the one at differences, are for decisions only.
std::optional<bool> Explorer::decide(TermId bit, State& state) {
  Interval now = range(bit, state);
  if (!now.single() && options_.use_intervals) now = evaluate_deep(state.facts, bit, pool_, ranges_);
  if (now.single()) return now.lo != 0;
  auto related = options_.use_intervals ? differences(state).decide(bit) : std::nullopt;
  if (related) {
    state.facts.restrict_to(bit, Interval{*related, *related}, ranges_);
    make_exact(state);
  }
  return related;
}

/// What may be NaN has no upper bound (float_interval.h). A test of doubles may have excluded NaN, so the tests before it, which
/// still hold, say more now. False: they contradict each other.
bool Explorer::learn_again(State& state, TermId bit) {
  constexpr std::size_t kMost = 8;
  auto tests_doubles = [&](TermId id) {
    if (TermId inner = pool_.negated(id); inner != kNoTerm) id = inner;
    return pool_[id].kind == lower::TermKind::operation && lower::is_float(pool_[id].op);
  };
  if (!tests_doubles(bit)) return true;
  const std::size_t count = state.path.size() - 1;
  for (std::size_t i = count - std::min(count, kMost); i < count; ++i)
    if (tests_doubles(state.path[i]) && !assume(state.facts, state.path[i], true, pool_, ranges_)) return false;
  return true;
}

/// Everything after this place has the bit at `truth`. False: impossible by the facts.
bool Explorer::learn(State& state, TermId bit, bool truth) {
  state.path.push_back(truth ? bit : pool_.negate(bit));
  if (options_.use_intervals) {
    auto said = differences(state).said_by(bit, truth);
    if (!assume(state.facts, bit, truth, pool_, ranges_) || !learn_again(state, bit)) return false;
    for (const Difference& each : said) state.zone.add(each);
  }
  make_exact(state);
  return true;
}

/// Where an overflow is now excluded, the guarded result is the integer one.
void Explorer::make_exact(State& state) {
  for (auto [result, flag] : guarded_) {
    TermId test = state.values[flag], now = state.values[result];
    if (now == kNoTerm || test == kNoTerm || !tests_overflow_of(test, now) || !known_false(test, state)) continue;
    const lower::Term term = pool_[now];
    TermId exact = pool_.make(term.op, term.width, term.a, term.b, kNoTerm, true);
    state.values[result] = exact;
    if (options_.use_intervals) state.facts.restrict_to(exact, transfer_of(exact, state), ranges_);
  }
}

/// A value may be left from an earlier iteration: the test must be about these very operands.
bool Explorer::tests_overflow_of(TermId test, TermId result) const {
  const lower::Term &tested = pool_[test], &computed = pool_[result];
  return tested.kind == lower::TermKind::operation && computed.kind == lower::TermKind::operation && is_arithmetic(computed.op) &&
         !computed.exact && tested.op == overflow_test(computed.op) && tested.a == computed.a && tested.b == computed.b;
}

/// By the facts, or because the path says so literally.
bool Explorer::known_false(TermId bit, const State& state) {
  if (range(bit, state) == Interval{0, 0}) return true;
  TermId opposite = pool_.negate(bit);
  for (TermId literal : state.path)
    if (literal == opposite) return true;
  return false;
}

void Explorer::violated(std::uint32_t check, const State& state, TermId violation) {
  const Check& at = program_.checks[check];
  open(at.property, at.what, at.line, check, state, violation);
}

/// An execution ends at the first thing that goes wrong, and passing the bound comes before anything later: where the
/// bound may have been passed, one obligation becomes two. Nothing is said of a round that only seeks a summary: the
/// rounds that count are looked at again under what was found.
void Explorer::open(Property property, std::string what, int line, std::uint32_t check, const State& state, TermId violation) {
  if (is_quiet()) return;
  bool may_be_late = state.facts.range(state.cost, ranges_).hi > static_cast<Word>(options_.instruction_bound);
  if (property != Property::terminates && may_be_late) {
    TermId late = past_bound(state);
    out_.open.push_back({Property::terminates, too_expensive(), line, state.path, pool_.both(violation, late), node_, kNone, state.is_summary});
    violation = pool_.both(violation, pool_.negate(late));
  }
  out_.open.push_back({property, std::move(what), line, state.path, violation, node_, check, state.is_summary});
}

std::string Explorer::too_expensive() const {
  return "it may run for more than " + std::to_string(options_.instruction_bound) + " instructions";
}

TermId Explorer::past_bound(const State& state) {
  return pool_.make(Op::slt, 1, pool_.constant(static_cast<Word>(options_.instruction_bound), 64), state.cost);
}

void Explorer::settle(Property property) {
  if (!is_quiet()) ++out_.settled[static_cast<std::size_t>(property)];
}

bool Explorer::hold(std::uint32_t check, TermId bit, State& state) {
  auto known = decide(bit, state);
  if (known == true) {
    settle(check);
    return true;
  }
  violated(check, state, pool_.negate(bit));
  return known != false && learn(state, bit, true);
}

/// False: no input that is spoken of gets past it. What is assumed becomes part of every later path.
bool Explorer::assumed(TermId bit, State& state) {
  auto known = decide(bit, state);
  return known == true || (known != false && learn(state, bit, true));
}

}  // namespace assay::verify::domains
