// Doubles over floating point say exactly what lower::evaluate does; over reals they never exclude what it does.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "verify/smt/engine.h"
#include "verify/smt/query.h"

namespace assay::verify::smt {
namespace {

using lower::evaluate;
using lower::Op;
using lower::Program;
using lower::TermId;
using lower::TermPool;
using lower::Word;
using lower::word_of;

constexpr std::uint64_t kEffort = 300'000;

struct Workbench {
  TermId real(double min, double max) {
    program.values.push_back({64, false, 0, true});
    program.inputs.push_back({"x" + std::to_string(program.inputs.size()), word_of(min), word_of(max), static_cast<lower::ValueId>(program.values.size() - 1), lower::kNone, true});
    return pool.input(static_cast<std::uint32_t>(program.inputs.size() - 1), 64, true);
  }
  TermId any() { return real(-HUGE_VAL, HUGE_VAL); }
  TermId integer(Word min, Word max, unsigned width = 64) {
    program.values.push_back({width, false, 0});
    program.inputs.push_back({"n" + std::to_string(program.inputs.size()), min, max, static_cast<lower::ValueId>(program.values.size() - 1), lower::kNone});
    return pool.input(static_cast<std::uint32_t>(program.inputs.size() - 1), width);
  }
  TermId number(double value) { return pool.constant(word_of(value), 64, true); }
  TermId make(Op op, TermId a, TermId b = lower::kNoTerm, TermId c = lower::kNoTerm) { return pool.make(op, lower::is_predicate(op) ? 1 : 64, a, b, c); }
  Answer ask(Theory theory, TermId violation, Engine engine, std::vector<TermId> path = {}, std::uint64_t effort = kEffort) {
    auto text = write_query({program, pool, path, violation}, theory, "a test");
    return text ? solve_with(engine, *text, effort) : Answer{Verdict::unknown, {}, "not expressible", {}};
  }
  Verdict by_reals(TermId violation, std::vector<TermId> path = {}) {
    Verdict z3 = ask(Theory::reals, violation, Engine::z3, path).verdict, cvc5 = ask(Theory::reals, violation, Engine::cvc5, path).verdict;
    EXPECT_FALSE(z3 != cvc5 && z3 != Verdict::unknown && cvc5 != Verdict::unknown);
    return z3 == Verdict::unknown ? cvc5 : z3;
  }
  Program program;
  TermPool pool;
};

const double kValues[] = {0.0, -0.0, 1.0, -1.5, 0.1, 3e300, -3e300, 5e-324, 2.5e-308, HUGE_VAL, -HUGE_VAL, NAN, 9007199254740993.0};

std::string literal(Word value, unsigned width, bool is_double) {
  if (width == 1) return value != 0 ? "true" : "false";
  std::string bits;
  for (unsigned i = width; i-- > 0;) bits += ((lower::bits_of(value, width) >> i) & 1) != 0 ? '1' : '0';
  return is_double ? "(fp #b" + bits.substr(0, 1) + " #b" + bits.substr(1, 11) + " #b" + bits.substr(12) + ")" : "#b" + bits;
}

/// The question's own claim is cut off: terms have no way to the sign of a zero, the text has.
void check_exactly(Op op, Word a, Word b, bool is_unary) {
  bool from_integer = op == Op::int_to_double;
  unsigned width = lower::is_predicate(op) ? 1 : 64;
  auto expected = evaluate(op, width, 64, a, b);
  if (!expected) return;
  Workbench bench;
  TermId x = from_integer ? bench.integer(lower::smallest(64), lower::largest(64)) : bench.any(), y = is_unary ? lower::kNoTerm : bench.any();
  TermId result = bench.pool.make(op, width, x, y), zero = bench.pool.constant(0, 64);
  bool gives_double = lower::gives_double(op);
  TermId bit = width == 1 ? result : gives_double ? bench.make(Op::funordered, result, result) : bench.pool.make(Op::slt, 1, result, zero);
  std::vector<TermId> path;
  std::string text = *write_query({bench.program, bench.pool, path, bit}, Theory::floating_point, "a test");
  text.resize(text.rfind("(assert "));
  text += "(assert (= " + symbol(bench.program.inputs[0]) + " " + literal(a, 64, !from_integer) + "))\n";
  if (!is_unary) text += "(assert (= |x1| " + literal(b, 64, true) + "))\n";
  std::string same = std::string("(= ") + (is_unary ? "t!1 " : "t!2 ") + literal(*expected, width, gives_double) + ")";
  for (Engine engine : {Engine::z3, Engine::cvc5}) {
    Answer wrong = solve_with(engine, text + "(assert (not " + same + "))(check-sat)", kEffort), right = solve_with(engine, text + "(assert " + same + ")(check-sat)", kEffort);
    EXPECT_EQ(wrong.verdict, Verdict::unsat) << lower::name_of(op) << " " << lower::text_of_double(a) << " " << lower::text_of_double(b) << " " << name_of(engine) << wrong.reason;
    EXPECT_EQ(right.verdict, Verdict::sat) << lower::name_of(op) << " " << lower::text_of_double(a) << " " << lower::text_of_double(b) << " " << name_of(engine) << right.reason;
  }
}

TEST(FloatingPoint, EveryOperationMeansWhatItMeansConcretely) {
  std::mt19937_64 random(3);
  auto value = [&] { return word_of(kValues[random() % std::size(kValues)]); };
  for (Op op : {Op::fadd, Op::fsub, Op::fmul, Op::fdiv, Op::feq, Op::flt, Op::fle, Op::funordered})
    for (int i = 0; i < 6; ++i) check_exactly(op, value(), value(), false);
  for (Op op : {Op::fneg, Op::fabs, Op::double_to_int})
    for (double one : kValues) check_exactly(op, word_of(one), 0, true);
  for (Word number : {Word{0}, Word{-7}, Word{(1ll << 53) + 1}, lower::largest(64), lower::smallest(64)}) check_exactly(Op::int_to_double, number, 0, true);
}

TEST(FloatingPoint, ModelsAreTheBitsOfDoubles) {
  Workbench bench;
  TermId x = bench.real(-5, 5);
  for (Engine engine : {Engine::z3, Engine::cvc5}) {
    Answer answer = bench.ask(Theory::floating_point, bench.make(Op::feq, bench.make(Op::fadd, x, x), bench.number(-0.5)), engine, {}, 10 * kEffort);
    ASSERT_EQ(answer.verdict, Verdict::sat) << answer.reason;
    EXPECT_EQ(answer.model[0].second, std::to_string(static_cast<std::uint64_t>(word_of(-0.25))));
  }
}

TEST(FloatingPoint, TheOtherTheoriesRefuseDoubles) {
  Workbench bench;
  TermId less = bench.make(Op::flt, bench.real(0, 1), bench.number(0.5));
  std::vector<TermId> path;
  for (Theory theory : {Theory::integers, Theory::bit_vectors}) EXPECT_FALSE(write_query({bench.program, bench.pool, path, less}, theory, "t"));
}

// ---- reals -----------------------------------------------------------------------------------------------------------

TEST(Reals, RangesMonotonicityAndClampsAreProved) {
  Workbench bench;
  TermId x = bench.real(0, 1e6), y = bench.real(0, 1e6), d = bench.real(1, 1e6), k = bench.real(0, 1e3);
  auto f = [&](TermId of) { return bench.make(Op::fdiv, bench.make(Op::fmul, of, k), d); };
  auto less = [&](TermId a, TermId b) { return bench.make(Op::flt, a, b); };
  EXPECT_EQ(bench.by_reals(less(f(y), f(x)), {bench.make(Op::fle, x, y)}), Verdict::unsat) << "monotone";
  EXPECT_EQ(bench.by_reals(less(bench.make(Op::fadd, y, k), bench.make(Op::fadd, x, k)), {bench.make(Op::fle, x, y)}), Verdict::unsat) << "sums are monotone";
  TermId share = bench.make(Op::fdiv, x, bench.make(Op::fadd, x, d));
  EXPECT_EQ(bench.by_reals(less(bench.number(1), share)), Verdict::unsat) << "at most 1";
  EXPECT_EQ(bench.by_reals(less(share, bench.number(0))), Verdict::unsat) << "not negative";
  TermId sum = bench.make(Op::fsub, bench.make(Op::fadd, f(x), f(y)), bench.make(Op::fmul, x, bench.number(0.1)));
  EXPECT_EQ(bench.by_reals(less(bench.number(2.1e9), sum)), Verdict::unsat) << "a range";
}

TEST(Reals, WhatRoundingBreaksIsNotProved) {
  Workbench bench;
  TermId x = bench.real(0, 1e6), y = bench.real(0, 1e6), one = bench.number(1);
  auto fails = [&](TermId violation, std::vector<TermId> path = {}) { EXPECT_NE(bench.by_reals(violation, path), Verdict::unsat); };
  fails(bench.make(Op::fle, bench.make(Op::fadd, y, one), bench.make(Op::fadd, x, one)), {bench.make(Op::flt, x, y)});  // not strictly
  fails(bench.make(Op::fle, one, bench.make(Op::fdiv, x, bench.make(Op::fadd, x, bench.number(1e-30)))), {bench.make(Op::flt, one, x)});
  TermId back = bench.make(Op::fmul, bench.make(Op::fdiv, x, bench.number(3)), bench.number(3));
  fails(bench.pool.negate(bench.make(Op::feq, back, x)));
}

TEST(Reals, NothingIsProvedWhereAResultMayBeInfiniteOrNoNumber) {
  Workbench bench;
  TermId x = bench.real(-1e308, 1e308), zero = bench.number(0);
  TermId sum = bench.make(Op::fadd, x, x), quotient = bench.make(Op::fdiv, bench.number(1), x);
  EXPECT_NE(bench.by_reals(bench.make(Op::flt, bench.number(3e307), sum), {bench.make(Op::flt, x, bench.number(1e307))}), Verdict::unsat);
  EXPECT_NE(bench.by_reals(bench.make(Op::funordered, sum, sum)), Verdict::unsat);
  EXPECT_NE(bench.by_reals(bench.make(Op::funordered, quotient, quotient)), Verdict::unsat);
  std::vector<TermId> not_zero{bench.make(Op::flt, zero, x), bench.make(Op::fle, bench.number(1e-9), x)};
  EXPECT_EQ(bench.by_reals(bench.make(Op::funordered, quotient, quotient), not_zero), Verdict::unsat);
  std::vector<TermId> path;
  EXPECT_FALSE(write_query({bench.program, bench.pool, path, bench.make(Op::flt, bench.any(), zero)}, Theory::reals, "t")) << "NaN is in the range";
  EXPECT_FALSE(write_query({bench.program, bench.pool, path, bench.make(Op::flt, bench.number(HUGE_VAL), x)}, Theory::reals, "t"));
}

TEST(Reals, ADivisionThatIsGuardedMatters_OnlyWhereItIsLookedAt) {
  Workbench bench;
  TermId x = bench.real(0, 100), d = bench.real(0, 100), zero = bench.number(0), one = bench.number(1);
  TermId guarded = bench.pool.make(Op::select, 64, bench.make(Op::fle, one, d), bench.make(Op::fdiv, x, d), zero);
  EXPECT_EQ(bench.by_reals(bench.make(Op::flt, bench.number(100), guarded)), Verdict::unsat);
  TermId wrongly = bench.pool.make(Op::select, 64, bench.make(Op::fle, zero, d), bench.make(Op::fdiv, x, d), zero);
  EXPECT_NE(bench.by_reals(bench.make(Op::flt, bench.number(100), wrongly)), Verdict::unsat);
  TermId unguarded = bench.make(Op::fdiv, x, d);  // the literal that mentions it comes too late to guard it
  EXPECT_NE(bench.by_reals(bench.make(Op::flt, unguarded, zero), {bench.make(Op::fle, unguarded, bench.number(5))}), Verdict::unsat);
}

TEST(Reals, ConversionsAreEnclosed) {
  Workbench bench;
  TermId n = bench.integer(0, 1ll << 40), big = bench.integer(0, lower::largest(64));
  TermId half = bench.make(Op::fmul, bench.make(Op::int_to_double, n), bench.number(0.5));
  TermId back = bench.pool.make(Op::double_to_int, 64, half);
  EXPECT_EQ(bench.by_reals(bench.pool.make(Op::slt, 1, n, back)), Verdict::unsat);
  TermId exact = bench.pool.make(Op::double_to_int, 64, bench.make(Op::int_to_double, n));
  EXPECT_EQ(bench.by_reals(bench.pool.negate(bench.pool.make(Op::eq, 1, exact, n))), Verdict::unsat);
  TermId inexact = bench.pool.make(Op::double_to_int, 64, bench.make(Op::int_to_double, big));
  EXPECT_NE(bench.by_reals(bench.pool.negate(bench.pool.make(Op::eq, 1, inexact, big))), Verdict::unsat);
}

/// Random expressions over pinned inputs: what the machine computes is never excluded.
TEST(Reals, WhatTheMachineComputesIsNeverExcluded) {
  std::mt19937_64 random(5);
  int decided = 0;
  for (int round = 0; round < 40; ++round) {
    Workbench bench;
    std::vector<std::pair<TermId, Word>> known;
    for (int i = 0; i < 3; ++i) {
      double value = std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), static_cast<int>(random() % 120) - 90) * (random() % 5 == 0 ? 1e-280 : 1);
      known.emplace_back(bench.real(value, value), word_of(value));
    }
    for (int i = 0; i < 5; ++i) {
      auto [a, x] = known[random() % known.size()];
      auto [b, y] = known[random() % known.size()];
      Op op = std::array{Op::fadd, Op::fsub, Op::fmul, Op::fdiv, Op::fneg, Op::fabs, Op::select}[random() % 7];
      if (op == Op::select) {
        TermId less = bench.make(Op::flt, a, b);
        known.emplace_back(bench.pool.make(op, 64, less, a, b), lower::double_of(x) < lower::double_of(y) ? x : y);
        continue;
      }
      bool is_unary = op == Op::fneg || op == Op::fabs;
      Word value = *evaluate(op, 64, 64, x, y);
      if (!std::isfinite(lower::double_of(value))) continue;
      known.emplace_back(bench.pool.make(op, 64, a, is_unary ? lower::kNoTerm : b), value);
    }
    auto [term, value] = known.back();
    Verdict verdict = bench.ask(Theory::reals, bench.make(Op::feq, term, bench.number(lower::double_of(value))), round % 2 == 0 ? Engine::z3 : Engine::cvc5, {}, 100'000).verdict;
    EXPECT_NE(verdict, Verdict::unsat) << round;
    decided += verdict == Verdict::sat ? 1 : 0;
  }
  EXPECT_GT(decided, 15);
}

}  // namespace
}  // namespace assay::verify::smt
