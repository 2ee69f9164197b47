// Integers without upper bounds: what they call unsat is unsat, and what holds only within bounds they do not call so.

#include <gtest/gtest.h>

#include <random>

#include "verify/smt/engine.h"
#include "verify/smt/query.h"

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::TermId;
using lower::Word;

struct Bench {
  lower::Program program;
  lower::TermPool pool;
  std::vector<TermId> path;
  unsigned width;

  Bench(unsigned of_width, Word min, Word max) : width(of_width) {
    for (const char* name : {"a", "b"}) {
      program.values.push_back({width, false, 0});
      program.inputs.push_back({name, min, max, static_cast<lower::ValueId>(program.values.size() - 1), lower::kNone});
    }
  }
  TermId a() { return pool.input(0, width); }
  TermId b() { return pool.input(1, width); }
  TermId number(Word value) { return pool.constant(value, width); }
  TermId less(TermId x, TermId y) { return pool.make(Op::slt, 1, x, y); }
  std::string text(Theory theory, TermId violation) { return write_query({program, pool, path, violation}, theory, "a test").value_or(""); }
  Verdict ask(Theory theory, TermId violation, Engine engine = Engine::z3) {
    auto written = text(theory, violation);
    return written.empty() ? Verdict::unknown : solve_with(engine, written, 2'000'000).verdict;
  }
};

TEST(Unbounded, WhatHoldsOnlyWithinBoundsIsNotProved) {
  Bench bench(64, 0, 10);
  const TermId wrong = bench.less(bench.number(10), bench.a());
  EXPECT_EQ(bench.ask(Theory::integers, wrong), Verdict::unsat);
  EXPECT_EQ(bench.ask(Theory::unbounded, wrong), Verdict::sat);
  EXPECT_FALSE(is_exact(Theory::unbounded)) << "its models say nothing";
  const TermId below = bench.less(bench.a(), bench.number(0));
  EXPECT_EQ(bench.ask(Theory::unbounded, below), Verdict::unsat) << "lower bounds are kept";
}

TEST(Unbounded, WhatHoldsOnlyBecauseNothingOverflowsIsNotProved) {
  Bench bench(8, -128, 127);
  bench.path.push_back(bench.pool.negate(bench.pool.make(Op::sadd_overflows, 1, bench.a(), bench.b())));
  const TermId sum = bench.pool.make(Op::add, 8, bench.a(), bench.b(), lower::kNoTerm, true);
  const TermId wrong = bench.less(bench.number(127), sum);
  EXPECT_NE(bench.ask(Theory::unbounded, wrong), Verdict::unsat);
}

TEST(Unbounded, ALawOfArithmeticIsProved) {
  Bench bench(64, 1, 256);
  const TermId product = bench.pool.make(Op::mul, 64, bench.a(), bench.b(), lower::kNoTerm, true);
  EXPECT_EQ(bench.ask(Theory::unbounded, bench.less(product, bench.a())), Verdict::unsat);
  const TermId back = bench.pool.make(Op::sdiv, 64, product, bench.b());
  EXPECT_EQ(bench.ask(Theory::unbounded, bench.pool.negate(bench.pool.make(Op::eq, 1, back, bench.a()))), Verdict::unsat);
}

/// nullopt: undefined.
std::optional<Word> value_of(const Bench& bench, TermId id, Word a, Word b) {
  const lower::Term& term = bench.pool[id];
  if (term.kind == lower::TermKind::constant) return term.value;
  if (term.kind == lower::TermKind::input) return term.value == 0 ? a : b;
  auto x = value_of(bench, term.a, a, b);
  auto y = term.b == lower::kNoTerm ? std::optional<Word>(0) : value_of(bench, term.b, a, b);
  if (!x || !y) return std::nullopt;
  return lower::evaluate(term.op, term.width, bench.pool.operand_width(term), *x, *y);
}

TEST(Unbounded, ItsUnsatIsNeverDeniedByAnInput) {
  constexpr Op kOps[] = {Op::add, Op::sub, Op::mul, Op::sdiv, Op::srem};
  std::mt19937_64 random(7);
  int unsat = 0;
  for (int round = 0; round < 30; ++round) {
    Bench bench(8, 1, 1 + static_cast<Word>(random() % 7));
    std::vector<TermId> terms{bench.a(), bench.b(), bench.number(static_cast<Word>(random() % 5))};
    auto any = [&] { return terms[random() % terms.size()]; };
    for (int i = 0; i < 4; ++i) terms.push_back(bench.pool.make(kOps[random() % std::size(kOps)], 8, any(), any()));
    bench.path.push_back(bench.less(any(), any()));
    const TermId violation = bench.pool.negate(bench.less(any(), any()));
    if (bench.ask(Theory::unbounded, violation) != Verdict::unsat) continue;
    ++unsat;
    for (Word a = 1; a <= bench.program.inputs[0].max; ++a)
      for (Word b = 1; b <= bench.program.inputs[1].max; ++b) {
        auto way = value_of(bench, bench.path[0], a, b), broken = value_of(bench, violation, a, b);
        EXPECT_FALSE(way && broken && *way != 0 && *broken != 0) << "round " << round << ", a = " << static_cast<int>(a) << ", b = " << static_cast<int>(b);
      }
  }
  EXPECT_GT(unsat, 1);
}

}  // namespace
}  // namespace assay::verify::smt
