// The laws of verify/domains/lattice.h for every domain of the table, exhaustively at 4 bits: a domain that is added to
// the table gets them all. The twins at the end break one law each, and must be caught.

#include <gtest/gtest.h>

#include "tests/verify/domain_samples.h"

namespace assay::verify::domains {
namespace {

constexpr unsigned kWidth = 4;

static_assert(Transforms<Interval> && Transforms<UnsignedRange> && Transforms<KnownBits> && Transforms<Congruence> && Transforms<Integer>);

template <class D>
bool holds_all(const D& value, const std::vector<Word>& words) {
  return std::all_of(words.begin(), words.end(), [&](Word word) { return value.contains(word); });
}

template <class D>
std::vector<Word> members(const D& value, unsigned width) {
  std::vector<Word> out;
  for (Word word : all_words(width))
    if (value.contains(word)) out.push_back(word);
  return out;
}

bool is_cast(Op op) { return op == Op::zext || op == Op::sext || op == Op::trunc; }
bool is_count(Op op) { return op == Op::ctlz || op == Op::cttz || op == Op::ctpop; }

/// Operations over words but for select, which is tested by itself.
std::vector<Op> operations() {
  std::vector<Op> out;
  for (int op = 0; op <= static_cast<int>(Op::umul_overflows); ++op)
    if (static_cast<Op>(op) != Op::select) out.push_back(static_cast<Op>(op));
  return out;
}

struct Shape {
  unsigned from, to;
};
std::vector<Shape> shapes(Op op, unsigned width) {
  if (op == Op::zext || op == Op::sext) return {{width, width + 3}, {1, width}};
  if (op == Op::trunc) return {{width, width - 1}, {width, 1}};
  return {{width, lower::is_predicate(op) ? 1 : width}};
}

bool wraps(Op op, unsigned width, Word a, Word b) {
  if (lower::is_arithmetic(op)) return *lower::evaluate(overflow_test(op), 1, width, a, b) != 0;
  return op == Op::shl && b >= 0 && b < static_cast<Word>(width) && *lower::evaluate(Op::smul_overflows, 1, 2 * width, a, Word{1} << static_cast<unsigned>(b)) == 0 &&
         (a << static_cast<unsigned>(b)) != *lower::evaluate(Op::shl, width, width, a, b);
}

/// The first broken instance of "transfer holds every defined result", in words; "" if there is none.
template <class D>
std::string broken_transfer(Op op, unsigned from, unsigned to, const std::vector<D>& samples, bool exact, auto transform) {
  std::vector<std::vector<Word>> inside;
  for (const D& value : samples) inside.push_back(members(value, from));
  const std::vector<Word> none{0};
  bool unary = is_cast(op) || is_count(op);
  for (std::size_t i = 0; i < samples.size(); ++i)
    for (std::size_t j = 0; j < (unary ? 1 : samples.size()); ++j) {
      D out = transform(op, to, from, samples[i], samples[j], exact);
      for (Word x : inside[i])
        for (Word y : unary ? none : inside[j]) {
          auto value = lower::evaluate(op, to, from, x, y);
          if (value && !(exact && wraps(op, from, x, y)) && !out.contains(*value))
            return std::string(name_of(op)) + " " + lower::text_of(x) + " " + lower::text_of(y) + " = " + lower::text_of(*value);
        }
    }
  return "";
}

template <class D>
std::string broken_transfers(const std::vector<Op>& operations, auto transform) {
  for (Op op : operations)
    for (auto [from, to] : shapes(op, kWidth))
      for (bool exact : {false, true})
        if (std::string broken = broken_transfer(op, from, to, Samples<D>::all(from), exact, transform); !broken.empty())
          return broken + (exact ? " exact" : "");
  return "";
}

/// The first broken lattice law.
template <class D>
std::string broken_law(auto join_of, auto meet_of) {
  auto samples = Samples<D>::all(kWidth);
  std::vector<std::vector<Word>> inside;
  for (const D& value : samples) inside.push_back(members(value, kWidth));
  for (std::size_t i = 0; i < samples.size(); ++i)
    for (std::size_t j = 0; j < samples.size(); ++j) {
      D both = join_of(samples[i], samples[j]);
      if (!holds_all(both, inside[i]) || !holds_all(both, inside[j])) return "join loses a word";
      if (!leq(samples[i], both) || !leq(samples[j], both)) return "join is no upper bound";
      if (leq(samples[i], samples[j]) && !holds_all(samples[j], inside[i])) return "leq says too much";
      auto common = meet_of(samples[i], samples[j]);
      for (Word word : inside[i])
        if (samples[j].contains(word) && !(common && common->contains(word))) return "meet loses a word";
    }
  return "";
}

template <class D>
class DomainLaws : public ::testing::Test {};
using Domains = ::testing::Types<Interval, UnsignedRange, KnownBits, Congruence, Integer>;
TYPED_TEST_SUITE(DomainLaws, Domains);

TYPED_TEST(DomainLaws, TopHoldsEveryWordAndAConstantOnlyItself) {
  for (unsigned width : {1u, 3u, 4u, 8u})
    for (Word word : all_words(width)) {
      EXPECT_TRUE(TypeParam::top(width).contains(word));
      EXPECT_EQ(members(TypeParam::of(word, width), width), std::vector<Word>{word});
    }
}

TYPED_TEST(DomainLaws, OrderJoinAndMeetAgreeWithTheSetsOfWords) {
  EXPECT_EQ(broken_law<TypeParam>([](auto& a, auto& b) { return join(a, b); }, [](auto& a, auto& b) { return meet(a, b); }), "");
}

TYPED_TEST(DomainLaws, TheOrderIsReflexiveAndTransitive) {
  auto samples = Samples<TypeParam>::all(3);
  for (const TypeParam& a : samples) {
    EXPECT_TRUE(leq(a, a) && leq(a, TypeParam::top(3)));
    for (const TypeParam& b : samples)
      for (const TypeParam& c : samples) ASSERT_TRUE(!(leq(a, b) && leq(b, c)) || leq(a, c));
  }
}

TYPED_TEST(DomainLaws, MeetIsEmptyOnlyWhereNoWordIsInBothAndNeverHoldsMoreThanEither) {
  auto samples = Samples<TypeParam>::all(kWidth);
  for (const TypeParam& a : samples)
    for (const TypeParam& b : samples) {
      auto both = meet(a, b);
      for (Word word : all_words(kWidth)) ASSERT_EQ(both && both->contains(word), a.contains(word) && b.contains(word));
    }
}

TYPED_TEST(DomainLaws, WideningHoldsBothAndStandsStill) {
  const std::vector<Word> thresholds{-6, 0, 3, 5};
  std::mt19937_64 random(1);
  auto samples = Samples<TypeParam>::all(kWidth);
  for (int chain = 0; chain < 400; ++chain) {
    TypeParam now = samples[random() % samples.size()];
    int moves = 0;
    for (int step = 0; step < 60; ++step) {
      const TypeParam& next = samples[random() % samples.size()];
      TypeParam wide = widen(now, next, thresholds, kWidth);
      ASSERT_TRUE(leq(now, wide) && leq(next, wide));
      moves += !(wide == now);
      now = wide;
    }
    ASSERT_LE(moves, 20);
  }
}

TYPED_TEST(DomainLaws, NarrowingStaysBetweenAndStandsStill) {
  auto samples = Samples<TypeParam>::all(kWidth);
  for (const TypeParam& a : samples)
    for (const TypeParam& b : samples) {
      if (!leq(b, a)) continue;
      TypeParam between = narrow(a, b, kWidth);
      ASSERT_TRUE(leq(b, between) && leq(between, a));
      TypeParam again = narrow(between, b, kWidth);
      ASSERT_TRUE(narrow(again, b, kWidth) == again);
    }
}

TYPED_TEST(DomainLaws, EveryTransformerHoldsEveryDefinedResultAtFourBits) {
  auto transform = [](Op op, unsigned to, unsigned from, const TypeParam& a, const TypeParam& b, bool exact) {
    return transfer(op, to, from, a, b, b, exact);
  };
  EXPECT_EQ(broken_transfers<TypeParam>(operations(), transform), "");
}

TYPED_TEST(DomainLaws, AChoiceHoldsTheSidesThatItsConditionAllows) {
  auto samples = Samples<TypeParam>::all(3);
  for (const TypeParam& condition : {TypeParam::of(0, 1), TypeParam::of(1, 1), TypeParam::top(1)})
    for (const TypeParam& b : samples)
      for (const TypeParam& c : samples) {
        TypeParam out = transfer(Op::select, 3, 3, condition, b, c, false);
        ASSERT_TRUE(!condition.contains(1) || holds_all(out, members(b, 3)));
        ASSERT_TRUE(!condition.contains(0) || holds_all(out, members(c, 3)));
      }
}

TYPED_TEST(DomainLaws, EveryTransformerHoldsRandomResultsAtEveryWidth) {
  std::mt19937_64 random(7);
  for (unsigned width : {1u, 3u, 5u, 8u, 16u, 31u, 32u, 63u, 64u, 65u, 127u, 128u})
    for (Op op : operations())
      for (int round = 0; round < test_rounds(60); ++round) {
        unsigned from = op == Op::trunc ? std::min(128u, width + 7) : op == Op::zext || op == Op::sext ? std::max(1u, width / 2) : width;
        unsigned to = lower::is_predicate(op) ? 1 : width;
        if (from == to && is_cast(op)) continue;
        TypeParam a = random_of<TypeParam>(random, from), b = random_of<TypeParam>(random, from);
        TypeParam out = transfer(op, to, from, a, b, b, false);
        for (int i = 0; i < 12; ++i) {
          Word x = random_word(random, from), y = random_word(random, from);
          auto value = a.contains(x) && b.contains(y) ? lower::evaluate(op, to, from, x, y) : std::nullopt;
          ASSERT_TRUE(!value || out.contains(*value)) << name_of(op) << " " << width << ": " << lower::text_of(x) << " " << lower::text_of(y);
        }
      }
}

// ---- refinement of the product ----------------------------------------------------------------------------------------

/// "refine keeps every triple of members whose defined result is a member": the first broken instance.
std::string broken_refine(Op op, unsigned from, unsigned to, std::mt19937_64& random, bool exact, auto refiner) {
  Integer a = random_of<Integer>(random, from), b = random_of<Integer>(random, from), result = random_of<Integer>(random, to);
  Integer condition = random_of<Integer>(random, 1);
  bool choice = op == Op::select;
  Operands operands = choice ? Operands{condition, a, b} : Operands{a, b, Integer::of(0, 1)};
  auto refined = refiner(op, result, operands, exact);
  for (Word bit : choice ? members(condition, 1) : std::vector<Word>{0})
    for (Word x : members(a, from))
      for (Word y : members(b, from)) {
        auto value = choice ? lower::evaluate(op, to, from, bit, x, y) : lower::evaluate(op, to, from, x, y);
        if (!value || !result.contains(*value) || (exact && wraps(op, from, x, y))) continue;
        bool kept = refined && (choice ? refined->a.contains(bit) && (bit != 0 ? refined->b.contains(x) : refined->c.contains(y))
                                       : refined->a.contains(x) && (is_cast(op) || is_count(op) || refined->b.contains(y)));
        if (!kept) return std::string(name_of(op)) + " " + lower::text_of(x) + " " + lower::text_of(y) + " = " + lower::text_of(*value);
      }
  return "";
}

std::string broken_refines(int rounds, auto refiner) {
  std::mt19937_64 random(11);
  auto all = operations();
  all.push_back(Op::select);
  for (Op op : all)
    for (auto [from, to] : shapes(op, kWidth))
      for (int round = 0; round < rounds; ++round)
        if (std::string broken = broken_refine(op, from, to, random, round % 2 == 1, refiner); !broken.empty()) return broken;
  return "";
}

TEST(IntegerRefine, KeepsEveryOperandThatGivesAMemberOfTheResult) {
  EXPECT_EQ(broken_refines(test_rounds(4000), [](Op op, const Integer& result, const Operands& at, bool exact) { return refine(op, result, at, exact); }), "");
}

TEST(IntegerRefine, FindsNothingOnlyWhereNoOperandsGiveTheResult) {
  auto even = *meet(Integer::top(8), transfer(Op::mul, 8, 8, Integer::top(8), Integer::of(2, 8), Integer::top(8), false));
  EXPECT_FALSE(refine(Op::eq, Integer::of(1, 1), {even, Integer::of(7, 8), even}, false));
  EXPECT_TRUE(refine(Op::eq, Integer::of(1, 1), {even, Integer::of(6, 8), even}, false));
}

// ---- reduction --------------------------------------------------------------------------------------------------------

/// Any combination of components, whether or not they agree.
Integer unreduced(std::mt19937_64& random, unsigned width) {
  return {random_of<Interval>(random, width), random_of<UnsignedRange>(random, width), random_of<KnownBits>(random, width),
          random_of<Congruence>(random, width), width};
}

/// The first word that a reduction loses or adds.
std::string broken_reduction(int rounds, auto reducer) {
  std::mt19937_64 random(5);
  for (unsigned width : {1u, 3u, 4u, 6u, 8u})
    for (int round = 0; round < rounds; ++round) {
      Integer before = unreduced(random, width);
      auto after = reducer(before);
      if (after && !leq(*after, before)) return "reduction is no part of what it began with";
      for (Word word : all_words(width))
        if (before.contains(word) && !(after && after->contains(word))) return "lost " + lower::text_of(word);
    }
  return "";
}

TEST(IntegerReduction, LosesNoWordAndIsEmptyOnlyWhereNoWordIsInEveryComponent) {
  EXPECT_EQ(broken_reduction(test_rounds(20000), [](const Integer& value) { return reduce(value); }), "");
}

TEST(IntegerReduction, IsEmptyForMostCombinationsThatHoldNothing) {  // and so it does find contradictions
  std::mt19937_64 random(6);
  int empty = 0, found = 0;
  for (int round = 0; round < 20000; ++round) {
    Integer value = unreduced(random, kWidth);
    if (!members(value, kWidth).empty()) continue;
    ++empty;
    found += !reduce(value);
  }
  EXPECT_GT(found * 100, empty * 95) << found << " of " << empty;
}

// ---- twins: each must be caught ---------------------------------------------------------------------------------------

TEST(DomainTwins, ASumThatForgetsToWrapIsCaught) {
  auto transform = [](Op op, unsigned to, unsigned from, const Interval& a, const Interval& b, bool exact) {
    if (op != Op::add) return transfer(op, to, from, a, b, b, exact);
    return Interval{std::max(a.lo + b.lo, lower::smallest(to)), std::min(a.hi + b.hi, lower::largest(to))};
  };
  EXPECT_NE(broken_transfers<Interval>({Op::add}, transform), "");
}

TEST(DomainTwins, ACongruenceOfAProductThatKeepsItsModulusWhenItWrapsIsCaught) {
  auto transform = [](Op op, unsigned to, unsigned from, const Congruence& a, const Congruence& b, bool) { return transfer(op, to, from, a, b, b, true); };
  EXPECT_NE(broken_transfers<Congruence>({Op::mul}, transform), "");
}

TEST(DomainTwins, KnownBitsOfANarrowingThatAreOffByOnePlaceAreCaught) {
  auto transform = [](Op op, unsigned to, unsigned from, const KnownBits& a, const KnownBits& b, bool exact) {
    KnownBits out = transfer(op, to, from, a, b, b, exact);
    return KnownBits{lower::wrap(static_cast<UnsignedWord>(out.zeros) << 1, to), out.ones};
  };
  EXPECT_NE(broken_transfers<KnownBits>({Op::trunc}, transform), "");
}

TEST(DomainTwins, AnUnsignedQuotientReadAsASignedOneIsCaught) {
  auto transform = [](Op, unsigned to, unsigned from, const Integer& a, const Integer& b, bool exact) {
    return transfer(Op::sdiv, to, from, a, b, b, exact);
  };
  EXPECT_NE(broken_transfers<Integer>({Op::udiv}, transform), "");
}

TEST(DomainTwins, AJoinThatKeepsOneSideAndAMeetThatIsAlwaysEmptyAreCaught) {
  auto right_join = [](auto& a, auto& b) { return join(a, b); };
  auto right_meet = [](auto& a, auto& b) { return meet(a, b); };
  EXPECT_NE(broken_law<Interval>([](auto& a, auto&) { return a; }, right_meet), "");
  EXPECT_NE(broken_law<Integer>(right_join, [](auto&, auto&) { return std::optional<Integer>(); }), "");
}

TEST(DomainTwins, ARefinementThatIsEmptyOrKeepsAStrictBoundIsCaught) {
  EXPECT_NE(broken_refines(50, [](Op, const Integer&, const Operands&, bool) { return std::optional<Operands>(); }), "");
  EXPECT_NE(broken_refines(500, [](Op op, const Integer& result, Operands at, bool exact) {
              auto refined = refine(op, result, at, exact);
              if (refined && op == Op::slt && !refined->b.single()) refined->b = meet(refined->b, Interval{refined->b.range.lo + 1, refined->b.range.hi}).value_or(refined->b);
              return refined;
            }), "");
}

TEST(DomainTwins, AReductionThatCutsABoundTooFarIsCaught) {
  EXPECT_NE(broken_reduction(2000, [](const Integer& value) {
              auto out = reduce(value);
              return out && !out->single() ? meet(*out, Interval{out->range.lo + 1, out->range.hi}) : out;
            }), "");
}

}  // namespace
}  // namespace assay::verify::domains
