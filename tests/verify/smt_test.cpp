// Both encodings say exactly what lower::evaluate does: for every operation, no inputs exist on which the written term
// differs from its table.

#include <gtest/gtest.h>

#include <algorithm>

#include "verify/smt/engine.h"
#include "verify/smt/query.h"
#include "verify/smt/solver.h"

namespace assay::verify::smt {
namespace {

using lower::evaluate;
using lower::Op;
using lower::Program;
using lower::TermId;
using lower::TermPool;
using lower::Word;

constexpr unsigned kWidth = 2;  // every value of both signs; the queries stay small

/// Two inputs over everything `width` bits can hold.
Program two_inputs(unsigned width) {
  Program program;
  for (const char* name : {"a", "b"}) {
    program.values.push_back({width, false, 0});
    program.inputs.push_back({name, lower::smallest(width), lower::largest(width), static_cast<lower::ValueId>(program.values.size() - 1), lower::kNone});
  }
  return program;
}

struct Table {
  TermId matches = lower::kNoTerm;  ///< the inputs are a defined entry
  TermId value = lower::kNoTerm;    ///< and this is its result
};

Table table_of(TermPool& pool, Op op, unsigned width, unsigned operand, TermId a, TermId b, bool is_unary = false) {
  Table out{pool.truth(false), pool.constant(0, width)};
  for (Word x = lower::smallest(operand); x <= lower::largest(operand); ++x)
    for (Word y = lower::smallest(operand); y <= lower::largest(operand); ++y) {
      auto result = evaluate(op, width, operand, x, y);
      if (!result || (is_unary && y != 0)) continue;
      TermId here = pool.make(Op::eq, 1, a, pool.constant(x, operand));
      if (!is_unary) here = pool.both(here, pool.make(Op::eq, 1, b, pool.constant(y, operand)));
      out.matches = pool.either(out.matches, here);
      out.value = pool.make(Op::select, width, here, pool.constant(*result, width), out.value);
    }
  return out;
}

Answer differs(const Program& program, TermPool& pool, const Table& table, TermId written, Theory theory, Engine engine = Engine::z3) {
  std::vector<TermId> path{table.matches};
  TermId violation = pool.negate(pool.make(Op::eq, 1, written, table.value));
  auto text = write_query({program, pool, path, violation}, theory, "a test");
  return text ? solve_with(engine, *text, 50'000'000) : Answer{Verdict::unknown, {}, "not expressible"};
}

bool integers_cannot(Op op) { return op == Op::and_ || op == Op::or_ || op == Op::xor_ || op == Op::cttz || op == Op::ctpop; }

void check_operation(Op op, unsigned width, unsigned operand, bool is_unary) {
  for (auto [theory, engine] : {std::pair{Theory::integers, Engine::z3}, {Theory::integers, Engine::cvc5}, {Theory::bit_vectors, Engine::z3}, {Theory::bit_vectors, Engine::cvc5}}) {
    Program program = two_inputs(operand);
    TermPool pool;
    TermId a = pool.input(0, operand), b = pool.input(1, operand);
    Table table = table_of(pool, op, width, operand, a, b, is_unary);
    TermId written = pool.make(op, width, a, is_unary ? lower::kNoTerm : b);
    Answer answer = differs(program, pool, table, written, theory, engine);
    if (theory == Theory::integers && integers_cannot(op)) EXPECT_EQ(answer.reason, "not expressible") << name_of(op);
    else EXPECT_EQ(answer.verdict, Verdict::unsat) << name_of(op) << " over " << name_of(theory) << " by " << name_of(engine) << " " << answer.reason;
  }
}

TEST(Query, EveryBinaryOperationMeansInBothTheoriesWhatItMeansConcretely) {
  for (int op = static_cast<int>(Op::add); op <= static_cast<int>(Op::ult); ++op)
    check_operation(static_cast<Op>(op), lower::is_predicate(static_cast<Op>(op)) ? 1 : kWidth, kWidth, false);
  for (int op = static_cast<int>(Op::sadd_overflows); op <= static_cast<int>(Op::umul_overflows); ++op)
    check_operation(static_cast<Op>(op), 1, kWidth, false);
}

TEST(Query, EveryUnaryOperationMeansInBothTheoriesWhatItMeansConcretely) {
  for (Op op : {Op::ctlz, Op::cttz, Op::ctpop}) check_operation(op, 3, 3, true);
  check_operation(Op::zext, 5, 3, true);
  check_operation(Op::sext, 5, 3, true);
  check_operation(Op::trunc, 2, 4, true);
  check_operation(Op::trunc, 1, 4, true);
}

TEST(Query, MasksAndShiftsByConstantsStayOverTheIntegers) {
  for (Op op : {Op::and_, Op::or_, Op::xor_, Op::shl, Op::lshr, Op::ashr})
    for (Word known : {-8, -7, -4, -1, 0, 1, 2, 3, 5, 7})
      for (Theory theory : {Theory::integers, Theory::bit_vectors}) {
        Program program = two_inputs(4);
        TermPool pool;
        TermId a = pool.input(0, 4), b = pool.input(1, 4), constant = pool.constant(known, 4);
        if (!evaluate(op, 4, 4, 0, known)) continue;
        Table table{pool.truth(false), pool.constant(0, 4)};
        for (Word x = -8; x <= 7; ++x) {
          TermId here = pool.make(Op::eq, 1, a, pool.constant(x, 4));
          table.matches = pool.either(table.matches, here);
          table.value = pool.make(Op::select, 4, here, pool.constant(*evaluate(op, 4, 4, x, known), 4), table.value);
        }
        Answer answer = differs(program, pool, table, pool.make(op, 4, a, constant), theory);
        EXPECT_EQ(answer.verdict, Verdict::unsat) << name_of(op) << " " << lower::text_of(known) << " " << name_of(theory) << answer.reason;
        (void)b;
      }
}

TEST(Query, AWrongTableIsNoticed) {  // the twin: this check can fail
  Program program = two_inputs(kWidth);
  TermPool pool;
  TermId a = pool.input(0, kWidth), b = pool.input(1, kWidth);
  Table table = table_of(pool, Op::add, kWidth, kWidth, a, b);
  for (Theory theory : {Theory::integers, Theory::bit_vectors})
    EXPECT_EQ(differs(program, pool, table, pool.make(Op::sub, kWidth, a, b), theory).verdict, Verdict::sat);
}

struct Integers {
  TermId input(const char* name, Word min, Word max) {
    program.values.push_back({64, false, 0});
    program.inputs.push_back({name, min, max, static_cast<lower::ValueId>(program.values.size() - 1), lower::kNone});
    return pool.input(static_cast<std::uint32_t>(program.inputs.size() - 1), 64);
  }
  TermId exact(Op op, TermId a, TermId b) { return pool.make(op, 64, a, b, lower::kNoTerm, true); }
  TermId divide(TermId a, TermId b) { return pool.make(Op::sdiv, 64, a, b); }
  TermId less(TermId a, TermId b) { return pool.make(Op::slt, 1, a, b); }
  TermId at_most(TermId a, TermId b) { return pool.negate(less(b, a)); }
  std::string text(std::vector<TermId> path, TermId violation) { return *write_query({program, pool, path, violation}, Theory::integers, "t"); }
  Program program;
  TermPool pool;
};

TEST(IntegerLemmas, EachIsValid) {
  Integers in;
  TermId a = in.input("a", -3, 3), b = in.input("b", -3, 3), c = in.input("c", -2, 3), d = in.input("d", -2, 3);
  TermId sum = in.exact(Op::mul, a, c);
  for (TermId more : {in.exact(Op::mul, b, c), in.divide(a, c), in.divide(b, c), in.divide(a, d), in.pool.make(Op::udiv, 64, b, d)}) sum = in.exact(Op::add, sum, more);
  std::string text = in.text({}, in.less(sum, a));
  std::string lemmas, rest;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin) + 1;
    std::string line = text.substr(begin, end - begin);
    bool is_lemma = line.starts_with("(assert (=> ");
    if (is_lemma) lemmas += line.substr(8, line.size() - 10) + "\n";
    else if (!line.starts_with("(assert t!") && !line.starts_with("(check-sat")) rest += line;
    begin = end;
  }
  ASSERT_GT(std::count(lemmas.begin(), lemmas.end(), '\n'), 6);
  Answer answer = solve_here(rest + "(assert (not (and\n" + lemmas + ")))(check-sat)", 30'000'000);
  EXPECT_EQ(answer.verdict, Verdict::unsat) << answer.reason;
  EXPECT_EQ(solve_here(rest + "(assert (and\n" + lemmas + "))(assert (and (= |c| 2) (= |d| (- 2)) (= |a| 3) (= |b| (- 3))))(check-sat)", 30'000'000).verdict, Verdict::sat);
}

TEST(IntegerLemmas, TwoCopiesOfAFormulaAreCompared) {
  Integers in;
  TermId x = in.input("x", 0, 1'000'000), y = in.input("y", 0, 1'000'000), d = in.input("d", 1, 1'000'000), k = in.input("k", 0, 1000);
  auto f = [&](TermId of) { return in.divide(in.exact(Op::mul, of, k), d); };
  TermId more = in.exact(Op::add, x, in.pool.constant(1, 64)), nearer = in.divide(k, in.exact(Op::add, d, in.pool.constant(1, 64)));
  const std::string proved[] = {
      in.text({in.at_most(x, y)}, in.less(f(y), f(x))),
      in.text({}, in.less(in.exact(Op::mul, k, more), in.exact(Op::mul, k, x))),
      in.text({}, in.less(in.divide(k, d), nearer)),
      in.text({in.at_most(k, d)}, in.less(x, f(x))),
  };
  for (const std::string& text : proved)
    EXPECT_TRUE(solve_here(text, 500'000).verdict == Verdict::unsat || solve_with_cvc5(text, 25'000).verdict == Verdict::unsat) << text;
  EXPECT_EQ(solve_here(in.text({in.less(x, y)}, in.at_most(f(y), f(x))), 3'000'000).verdict, Verdict::sat) << "not strictly";
}

TEST(Query, TheTextIsTheSameEveryTime) {
  auto write = [] {
    Program program = two_inputs(kWidth);
    TermPool pool;
    TermId a = pool.input(0, kWidth), b = pool.input(1, kWidth);
    std::vector<TermId> path{pool.make(Op::slt, 1, a, b)};
    return *write_query({program, pool, path, pool.make(Op::eq, 1, pool.make(Op::mul, kWidth, a, b), a)}, Theory::integers, "t");
  };
  EXPECT_EQ(write(), write());
}

TEST(Solver, ABrokenTextIsUnknownAndNeverAProof) {
  EXPECT_EQ(solve_here("(assert (= x", 1000).verdict, Verdict::unknown);
  EXPECT_EQ(make_solver_here()->ask("(declare-const a Int)(assert (> a 1))", 100000, {})->verdict, Verdict::sat);
}

TEST(Solver, TooLittleEffortIsUnknown) {
  std::string hard = "(declare-const a Int)(declare-const b Int)(declare-const c Int)(assert (and (> a 1) (> b 1) (> c 1)"
                     "(= (+ (* a a a) (* b b b)) (* c c c))))";
  EXPECT_EQ(solve_here(hard, 2000).verdict, Verdict::unknown);
}

}  // namespace
}  // namespace assay::verify::smt
