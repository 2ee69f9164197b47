// Clauses of a question say what lower::evaluate does, and proofs over them are checked from the question alone.

#include <gtest/gtest.h>

#include "verify/smt/cnf_proof.h"

namespace assay::verify::smt {
namespace {

using lower::evaluate;
using lower::Op;
using lower::Program;
using lower::TermId;
using lower::TermPool;
using lower::Word;

struct Inputs {
  explicit Inputs(std::vector<unsigned> widths) {
    for (unsigned width : widths) {
      auto index = static_cast<std::uint32_t>(program.inputs.size());
      program.values.push_back({width, false, 0});
      program.inputs.push_back({std::string(1, static_cast<char>('a' + index)), lower::smallest(width), lower::largest(width), index, lower::kNone});
      terms.push_back(pool.input(index, width));
    }
  }
  TermId equals(TermId term, Word value) { return pool.make(Op::eq, 1, term, pool.constant(value, pool[term].width)); }
  /// Whether unit propagation alone finds the contradiction: with all inputs known, every gate is.
  bool is_contradictory(const std::vector<TermId>& path, TermId violation) {
    auto cnf = bit_blast({program, pool, path, violation}, {});
    EXPECT_TRUE(cnf) << cnf.error().what;
    return cnf && check_rup(*cnf, "0\n").has_value();
  }
  Program program;
  TermPool pool;
  std::vector<TermId> terms;
};

/// For every value of the operands: the result can be what evaluate says, and nothing else.
void check_exhaustively(Op op, unsigned width, const std::vector<unsigned>& operands) {
  Inputs in(operands);
  TermId none = lower::kNoTerm;
  TermId term = in.pool.make(op, width, in.terms[0], operands.size() > 1 ? in.terms[1] : none, operands.size() > 2 ? in.terms[2] : none);
  unsigned operand = in.pool.operand_width(in.pool[term]);
  std::vector<Word> at(3, 0);
  auto of = [&](std::size_t i) { return i < operands.size() ? operands[i] : 0u; };
  auto low = [&](std::size_t i) { return of(i) == 0 ? Word{0} : lower::smallest(of(i)); };
  auto high = [&](std::size_t i) { return of(i) == 0 ? Word{0} : lower::largest(of(i)); };
  for (at[0] = low(0); at[0] <= high(0); ++at[0])
    for (at[1] = low(1); at[1] <= high(1); ++at[1])
      for (at[2] = low(2); at[2] <= high(2); ++at[2]) {
        auto expected = evaluate(op, width, operand, at[0], at[1], at[2]);
        if (!expected) continue;
        std::vector<TermId> path;
        for (std::size_t i = 0; i < operands.size(); ++i) path.push_back(in.equals(in.terms[i], at[i]));
        TermId right = in.equals(term, *expected);
        EXPECT_TRUE(in.is_contradictory(path, in.pool.negate(right))) << lower::name_of(op) << " " << lower::text_of(at[0]) << " " << lower::text_of(at[1]);
        EXPECT_FALSE(in.is_contradictory(path, right)) << lower::name_of(op) << " " << lower::text_of(at[0]) << " " << lower::text_of(at[1]);
      }
}

TEST(BitBlaster, EveryBinaryOperationIsRightAtThreeBits) {
  for (int i = static_cast<int>(Op::add); i <= static_cast<int>(Op::ult); ++i) check_exhaustively(static_cast<Op>(i), lower::is_predicate(static_cast<Op>(i)) ? 1 : 3, {3, 3});
  for (int i = static_cast<int>(Op::sadd_overflows); i <= static_cast<int>(Op::umul_overflows); ++i) check_exhaustively(static_cast<Op>(i), 1, {3, 3});
}

TEST(BitBlaster, ProductsAndQuotientsAreRightAtFourBits) {
  for (Op op : {Op::mul, Op::sdiv, Op::srem, Op::udiv, Op::urem}) check_exhaustively(op, 4, {4, 4});
}

TEST(BitBlaster, UnaryOperationsChoicesAndSingleBitsAreRight) {
  for (Op op : {Op::ctlz, Op::cttz, Op::ctpop}) check_exhaustively(op, 5, {5});
  for (Op op : {Op::zext, Op::sext}) {
    check_exhaustively(op, 5, {3});
    check_exhaustively(op, 4, {1});
  }
  check_exhaustively(Op::trunc, 2, {4});
  check_exhaustively(Op::trunc, 1, {4});
  check_exhaustively(Op::select, 2, {1, 2, 2});
  for (Op op : {Op::and_, Op::or_, Op::xor_, Op::eq, Op::ult, Op::slt}) check_exhaustively(op, 1, {1, 1});
}

TEST(BitBlaster, RangesBindInputs) {
  Inputs in({4});
  in.program.inputs[0].min = -3;
  in.program.inputs[0].max = 5;
  for (Word value = -8; value <= 7; ++value) EXPECT_EQ(in.is_contradictory({}, in.equals(in.terms[0], value)), value < -3 || value > 5) << lower::text_of(value);
}

TEST(BitBlaster, WhatIsTooLargeOrADoubleIsRefused) {
  Inputs in({64, 64});
  TermId product = in.pool.make(Op::mul, 64, in.terms[0], in.terms[1]);
  std::vector<TermId> path;
  EXPECT_FALSE(bit_blast({in.program, in.pool, path, in.equals(product, 7)}, {}));
  TermId scaled = in.pool.make(Op::mul, 64, in.terms[0], in.pool.constant(11, 64));
  EXPECT_TRUE(bit_blast({in.program, in.pool, path, in.equals(scaled, 7)}, {}));
  EXPECT_FALSE(bit_blast({in.program, in.pool, path, in.equals(scaled, 7)}, {500, 32}));
  TermId real = in.pool.input(0, 64, true);
  EXPECT_FALSE(bit_blast({in.program, in.pool, path, in.pool.make(Op::flt, 1, real, in.pool.constant(0, 64, true))}, {}));
}

/// (a xor b) + 2 (a and b) is a + b, at 8 bits; the twin says 3 for 2.
struct Sum : Inputs {
  explicit Sum(Word factor) : Inputs({8, 8}) {
    TermId carry = pool.make(Op::mul, 8, pool.make(Op::and_, 8, terms[0], terms[1]), pool.constant(factor, 8));
    TermId sum = pool.make(Op::add, 8, pool.make(Op::xor_, 8, terms[0], terms[1]), carry);
    violation = pool.negate(pool.make(Op::eq, 1, sum, pool.make(Op::add, 8, terms[0], terms[1])));
  }
  Question question() const { return {program, pool, {}, violation}; }
  TermId violation;
};

TEST(CnfProof, AnIdentityIsProvedAndItsTwinIsNot) {
  Sum right(2), wrong(3);
  auto proof = prove_by_sat(right.question());
  ASSERT_TRUE(proof) << proof.error().what;
  auto checked = check_cnf_proof(right.question(), *proof);
  EXPECT_TRUE(checked) << checked.error().what;
  auto twin = prove_by_sat(wrong.question());
  ASSERT_FALSE(twin);
  EXPECT_NE(twin.error().what.find("satisfiable"), std::string::npos);
  EXPECT_FALSE(check_cnf_proof(wrong.question(), *proof)) << "the proof of another question";
}

TEST(CnfProof, TheSameQuestionGivesTheSameBytes) {
  auto one = prove_by_sat(Sum(2).question()), two = prove_by_sat(Sum(2).question());
  EXPECT_EQ(one->cnf, two->cnf);
  EXPECT_EQ(one->drat, two->drat);
}

TEST(CnfProof, AnyByteOfTheClausesThatIsChangedIsNoticed) {
  Sum sum(2);
  CnfProof proof = *prove_by_sat(sum.question());
  for (std::size_t i = 0; i < proof.cnf.size(); i += 97) {
    CnfProof forged = proof;
    forged.cnf[i] = static_cast<char>(forged.cnf[i] ^ 1);
    EXPECT_FALSE(check_cnf_proof(sum.question(), forged)) << i;
  }
}

TEST(CnfProof, TooHardIsNoProof) {
  Sum sum(2);
  SatLimits limits;
  limits.most_conflicts = 3;
  EXPECT_FALSE(prove_by_sat(sum.question(), limits));
}

}  // namespace
}  // namespace assay::verify::smt
