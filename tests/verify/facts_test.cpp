// Facts against every input: random terms over two small words, random assumptions, and no input that satisfies them may lie
// outside of what facts say of any term.

#include <gtest/gtest.h>

#include <random>

#include "tests/verify/domain_samples.h"
#include "verify/domains/facts.h"

namespace assay::verify::domains {
namespace {

constexpr unsigned kWidth = 4;

/// Terms over x and y with their values under every input; an input under which some term is undefined is left out.
class World {
 public:
  explicit World(std::uint64_t seed) : ranges(pool, program), random_(seed) {
    for (const char* name : {"x", "y"}) program.inputs.push_back({name, lower::smallest(kWidth), lower::largest(kWidth)});
    terms = {pool.input(0, kWidth), pool.input(1, kWidth), pool.constant(pick(16) - 8, kWidth), pool.constant(pick(4), kWidth)};
    terms.push_back(pool.make(Op::slt, 1, terms[0], terms[1]));  // some bit there is
    for (int i = 0; i < 10; ++i) terms.push_back(operation());
    for (Word x : all_words(kWidth))
      for (Word y : all_words(kWidth))
        if (auto all = values_under(x, y)) inputs.push_back(std::move(*all));
  }

  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  TermId some_bit() { return some([&](TermId id) { return pool[id].width == 1; }); }
  TermId some_word(unsigned width) { return some([&](TermId id) { return pool[id].width == width; }); }

  lower::Program program;
  TermPool pool;
  std::vector<TermId> terms;
  std::vector<std::vector<Word>> inputs;  ///< by term of the pool
  Ranges ranges;

 private:
  TermId some(auto fits) {
    std::vector<TermId> out;
    for (TermId id : terms)
      if (fits(id)) out.push_back(id);
    return out[static_cast<std::size_t>(pick(static_cast<int>(out.size())))];
  }

  TermId operation() {
    auto op = static_cast<Op>(pick(static_cast<int>(Op::umul_overflows) + 1));
    TermId a = some_word(kWidth), b = some_word(kWidth);
    if (op == Op::select) return pool.make(op, kWidth, some_bit(), a, b);
    if (op == Op::zext || op == Op::sext) return pick(2) ? pool.make(op, kWidth, some_bit()) : pool.make(Op::trunc, kWidth, pool.make(op, 7, a));
    if (op == Op::trunc) return pool.make(op, 1, a);
    if (op == Op::ctlz || op == Op::cttz || op == Op::ctpop) return pool.make(op, kWidth, a);
    if ((op == Op::and_ || op == Op::or_ || op == Op::xor_) && pick(2)) return pool.make(op, 1, some_bit(), some_bit());
    return pool.make(op, lower::is_predicate(op) ? 1 : kWidth, a, b, lower::kNoTerm, lower::is_arithmetic(op) && pick(3) == 0);
  }

  std::optional<std::vector<Word>> values_under(Word x, Word y) const {
    std::vector<Word> out;
    for (TermId id = 0; id < pool.size(); ++id) {
      const lower::Term& term = pool[id];
      auto of = [&](TermId operand) { return operand == lower::kNoTerm ? 0 : out[operand]; };
      std::optional<Word> value = term.kind == lower::TermKind::constant ? term.value
                                  : term.kind == lower::TermKind::input  ? (term.value == 0 ? x : y)
                                                                         : lower::evaluate(term.op, term.width, pool.operand_width(term), of(term.a), of(term.b), of(term.c));
      bool wraps = term.exact && *lower::evaluate(overflow_test(term.op), 1, term.width, of(term.a), of(term.b)) != 0;
      if (!value || wraps) return std::nullopt;
      out.push_back(*value);
    }
    return out;
  }

  std::mt19937_64 random_;
};

bool agrees(const Facts& facts, World& world, const std::vector<Word>& input) {
  for (TermId id = 0; id < input.size(); ++id)
    if (!facts.value(id, world.ranges).contains(input[id]) || !evaluate_once(facts, id, world.pool, world.ranges).contains(input[id]) ||
        !evaluate_deep_value(facts, id, world.pool, world.ranges).contains(input[id]))
      return false;
  return true;
}

/// The assumed bits and the facts that follow; nullopt: said to be impossible.
struct Assumed {
  std::vector<std::pair<TermId, bool>> bits;
  std::optional<Facts> facts = Facts{};
  bool satisfied_by(const std::vector<Word>& input) const {
    return std::all_of(bits.begin(), bits.end(), [&](auto each) { return (input[each.first] != 0) == each.second; });
  }
};

Assumed some_assumptions(World& world) {
  Assumed out;
  for (int i = 1 + world.pick(3); i > 0 && out.facts; --i) {
    out.bits.emplace_back(world.some_bit(), world.pick(2) != 0);
    if (!assume(*out.facts, out.bits.back().first, out.bits.back().second, world.pool, world.ranges)) out.facts.reset();
  }
  return out;
}

/// "" if facts hold every input that satisfies their assumptions. `found`: of how many assumptions nothing satisfied was noticed.
std::string broken_facts(int worlds, int& impossible, int& found, auto change) {
  for (int seed = 0; seed < worlds; ++seed) {
    World world(static_cast<std::uint64_t>(seed));
    for (int round = 0; round < 4; ++round) {
      Assumed assumed = some_assumptions(world);
      if (assumed.facts) change(*assumed.facts, assumed, world);
      bool satisfiable = false;
      for (const auto& input : world.inputs) {
        if (!assumed.satisfied_by(input)) continue;
        satisfiable = true;
        if (!assumed.facts || !agrees(*assumed.facts, world, input)) return "world " + std::to_string(seed);
      }
      impossible += !satisfiable;
      found += !satisfiable && !assumed.facts;
    }
  }
  return "";
}

TEST(Facts, HoldEveryInputThatSatisfiesWhatWasAssumed) {
  int impossible = 0, found = 0;
  EXPECT_EQ(broken_facts(test_rounds(300), impossible, found, [](Facts&, const Assumed&, World&) {}), "");
  EXPECT_GT(found * 2, impossible) << found << " of " << impossible;  // and not by saying nothing
}

TEST(Facts, JoinedWidenedOrNarrowedStillHoldBothSides) {
  const std::vector<Word> thresholds{-4, 0, 2, 5};
  for (int seed = 0; seed < test_rounds(150); ++seed) {
    World world(static_cast<std::uint64_t>(seed) + 1000);
    Assumed a = some_assumptions(world), b = some_assumptions(world);
    if (!a.facts || !b.facts) continue;
    Facts joined = *a.facts, wide = *a.facts;
    joined.join(*b.facts, world.ranges);
    wide.widen(*b.facts, thresholds, world.ranges);
    Facts narrowed = wide;
    narrowed.narrow(joined, world.ranges);
    for (const auto& input : world.inputs)
      for (const Facts* facts : {&joined, &wide, &narrowed})
        ASSERT_TRUE(!(a.satisfied_by(input) || b.satisfied_by(input)) || agrees(*facts, world, input)) << seed;
  }
}

TEST(Facts, RepeatedWideningStandsStill) {
  for (int seed = 0; seed < 40; ++seed) {
    World world(static_cast<std::uint64_t>(seed) + 2000);
    Facts now = some_assumptions(world).facts.value_or(Facts{});
    int moves = 0;
    for (int step = 0; step < 100; ++step) {
      Facts before = now;
      now.widen(some_assumptions(world).facts.value_or(Facts{}), {}, world.ranges);
      for (TermId id : world.terms) moves += !(before.value(id, world.ranges) == now.value(id, world.ranges));
    }
    ASSERT_LE(moves, 14 * 8);
  }
}

/// The twin: a bound that is one too tight must be caught.
TEST(Facts, ThatAreOneTooTightAreCaught) {
  int impossible = 0, found = 0;
  EXPECT_NE(broken_facts(20, impossible, found, [](Facts& facts, const Assumed&, World& world) {
              Interval range = facts.range(world.terms[0], world.ranges);
              if (!range.single()) facts.restrict_to(world.terms[0], Interval{range.lo, range.hi - 1}, world.ranges);
            }), "");
}

}  // namespace
}  // namespace assay::verify::domains
