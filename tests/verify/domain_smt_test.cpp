// Every transformer and every refinement at 8 bits, asked of Z3 with a meaning of the operations written for it, not taken from
// lower::evaluate: no members of the sampled operands may give a result outside the abstract one.

#include <gtest/gtest.h>

#include <z3++.h>

#include "tests/verify/domain_samples.h"

namespace assay::verify::domains {
namespace {

using z3::expr;

constexpr unsigned kWidth = 8;

struct Question {
  z3::context context;
  expr constant(Word value, unsigned width) { return context.bv_val(static_cast<std::uint64_t>(lower::bits_of(value, width)), width); }
  expr bit(const expr& truth) { return z3::ite(truth, constant(1, 1), constant(0, 1)); }
};

// ---- membership -------------------------------------------------------------------------------------------------------

expr member(Question& q, const expr& x, const UnsignedRange& a) {
  unsigned width = x.get_sort().bv_size();
  return z3::ule(q.constant(a.lo, width), x) && z3::ule(x, q.constant(a.hi, width));
}
/// One bit is read as 0 or 1.
expr member(Question& q, const expr& x, const Interval& a) {
  unsigned width = x.get_sort().bv_size();
  if (width == 1) return member(q, x, UnsignedRange{a.lo, a.hi});
  return z3::sle(q.constant(a.lo, width), x) && z3::sle(x, q.constant(a.hi, width));
}
expr member(Question& q, const expr& x, const KnownBits& a) {
  unsigned width = x.get_sort().bv_size();
  return (x & q.constant(a.zeros, width)) == q.constant(0, width) && (x & q.constant(a.ones, width)) == q.constant(a.ones, width);
}
expr member(Question& q, const expr& x, const Congruence& a) {
  unsigned width = x.get_sort().bv_size();
  expr wide = width == 1 ? z3::zext(x, 23) : z3::sext(x, 24 - width);
  if (a.modulus == 0) return wide == q.constant(a.residue, 24);
  return z3::smod(wide - q.constant(a.residue, 24), q.constant(a.modulus, 24)) == q.constant(0, 24);
}
expr member(Question& q, const expr& x, const Integer& a) {
  return member(q, x, a.range) && member(q, x, a.unsigned_range) && member(q, x, a.bits) && member(q, x, a.congruence);
}

// ---- meaning ----------------------------------------------------------------------------------------------------------

expr zeros_from(Question& q, const expr& x, bool from_the_top) {
  unsigned width = x.get_sort().bv_size();
  expr count = q.constant(static_cast<Word>(width), width);
  for (unsigned i = 0; i < width; ++i) {  // the last one asked decides
    unsigned place = from_the_top ? i : width - 1 - i;
    count = z3::ite(x.extract(place, place) == q.constant(1, 1), q.constant(static_cast<Word>(from_the_top ? width - 1 - place : place), width), count);
  }
  return count;
}

expr ones_of(Question& q, const expr& x) {
  unsigned width = x.get_sort().bv_size();
  expr count = q.constant(0, width);
  for (unsigned i = 0; i < width; ++i) count = count + z3::zext(x.extract(i, i), width - 1);
  return count;
}

/// The exact result, in twice the width, is the extension of the wrapped one.
expr overflows(Question& q, const expr& x, const expr& y, bool is_signed, auto combine) {
  unsigned width = x.get_sort().bv_size();
  auto extend = [&](const expr& e) { return is_signed ? z3::sext(e, width) : z3::zext(e, width); };
  expr exact = combine(extend(x), extend(y));
  return q.bit(exact != extend(exact.extract(width - 1, 0)));
}

struct Meaning {
  expr value, defined;
};

Meaning meaning(Question& q, Op op, unsigned to, const expr& x, const expr& y) {
  unsigned width = x.get_sort().bv_size();
  auto plus = [](const expr& a, const expr& b) { return a + b; };
  auto minus = [](const expr& a, const expr& b) { return a - b; };
  auto times = [](const expr& a, const expr& b) { return a * b; };
  expr always = q.context.bool_val(true), divides = y != q.constant(0, width);
  expr small = z3::ult(y, q.constant(static_cast<Word>(width), width));
  expr fits = divides && !(x == q.constant(lower::smallest(width), width) && y == q.constant(-1, width));
  switch (op) {
    case Op::add: return {x + y, always};
    case Op::sub: return {x - y, always};
    case Op::mul: return {x * y, always};
    case Op::sdiv: return {x / y, fits};
    case Op::srem: return {z3::srem(x, y), fits};
    case Op::udiv: return {z3::udiv(x, y), divides};
    case Op::urem: return {z3::urem(x, y), divides};
    case Op::shl: return {z3::shl(x, y), small};
    case Op::lshr: return {z3::lshr(x, y), small};
    case Op::ashr: return {z3::ashr(x, y), small};
    case Op::and_: return {x & y, always};
    case Op::or_: return {x | y, always};
    case Op::xor_: return {x ^ y, always};
    case Op::eq: return {q.bit(x == y), always};
    case Op::slt: return {q.bit(z3::slt(x, y)), always};
    case Op::ult: return {q.bit(z3::ult(x, y)), always};
    case Op::zext: return {z3::zext(x, to - width), always};
    case Op::sext: return {z3::sext(x, to - width), always};
    case Op::trunc: return {x.extract(to - 1, 0), always};
    case Op::ctlz: return {zeros_from(q, x, true), always};
    case Op::cttz: return {zeros_from(q, x, false), always};
    case Op::ctpop: return {ones_of(q, x), always};
    case Op::sadd_overflows: return {overflows(q, x, y, true, plus), always};
    case Op::ssub_overflows: return {overflows(q, x, y, true, minus), always};
    case Op::smul_overflows: return {overflows(q, x, y, true, times), always};
    case Op::uadd_overflows: return {overflows(q, x, y, false, plus), always};
    case Op::usub_overflows: return {q.bit(z3::ult(x, y)), always};
    default: return {overflows(q, x, y, false, times), always};
  }
}

struct Shape {
  Op op;
  unsigned from, to;
};

std::vector<Shape> shapes() {
  std::vector<Shape> out;
  for (int i = 0; i <= static_cast<int>(Op::umul_overflows); ++i) {
    Op op = static_cast<Op>(i);
    if (op == Op::zext || op == Op::sext) out.push_back({op, kWidth, 13}), out.push_back({op, 1, kWidth});
    else if (op == Op::trunc) out.push_back({op, kWidth, 5}), out.push_back({op, kWidth, 1});
    else if (op != Op::select) out.push_back({op, kWidth, lower::is_predicate(op) ? 1 : kWidth});
  }
  return out;
}

bool has_exact(Op op) { return lower::is_arithmetic(op); }

/// No member of a and b with a defined result (exact: one that does not wrap) outside of out.
expr outside(Question& q, const Shape& shape, const expr& x, const expr& y, const Meaning& m, bool exact, const auto& a, const auto& b, const auto& out) {
  expr broken = member(q, x, a) && member(q, y, b) && m.defined && !member(q, m.value, out);
  return exact ? broken && meaning(q, overflow_test(shape.op), 1, x, y).value == q.constant(0, 1) : broken;
}

/// One question of many samples at once. "": Z3 knows no counterexample.
template <class D>
std::string counterexample(const Shape& shape, std::mt19937_64& random, int samples, auto transform) {
  Question q;
  expr x = q.context.bv_const("x", shape.from), y = q.context.bv_const("y", shape.from);
  Meaning m = meaning(q, shape.op, shape.to, x, y);
  z3::expr_vector broken(q.context);
  for (int i = 0; i < samples; ++i) {
    D a = random_of<D>(random, shape.from), b = random_of<D>(random, shape.from);
    bool exact = has_exact(shape.op) && i % 2 == 1;
    broken.push_back(outside(q, shape, x, y, m, exact, a, b, transform(shape, a, b, exact)));
  }
  z3::solver solver(q.context, "QF_BV");
  solver.add(z3::mk_or(broken));
  auto answer = solver.check();
  if (answer == z3::unsat) return "";
  if (answer == z3::unknown) return std::string(name_of(shape.op)) + ": unknown";
  z3::model model = solver.get_model();
  return std::string(name_of(shape.op)) + " " + std::to_string(shape.from) + ": x " + model.eval(x, true).to_string() + ", y " + model.eval(y, true).to_string();
}

template <class D>
class DomainSmt : public ::testing::Test {};
using Domains = ::testing::Types<Interval, UnsignedRange, KnownBits, Congruence, Integer>;
TYPED_TEST_SUITE(DomainSmt, Domains);

TYPED_TEST(DomainSmt, NoMembersOfTheOperandsLeaveTheResultAtEightBits) {
  std::mt19937_64 random(3);
  auto transform = [](const Shape& shape, const TypeParam& a, const TypeParam& b, bool exact) {
    return transfer(shape.op, shape.to, shape.from, a, b, b, exact);
  };
  for (int round = 0; round < test_rounds(1); ++round)
    for (const Shape& shape : shapes()) ASSERT_EQ(counterexample<TypeParam>(shape, random, 8, transform), "") << round;
}

TEST(DomainSmtTwins, ATransformerOfTheWrongReadingIsRefuted) {
  std::mt19937_64 random(4);
  auto as_signed = [](const Shape& shape, const Integer& a, const Integer& b, bool) {
    return transfer(shape.op == Op::ult ? Op::slt : Op::ashr, shape.to, shape.from, a, b, b, false);
  };
  EXPECT_NE(counterexample<Integer>({Op::lshr, kWidth, kWidth}, random, 60, as_signed), "");
  EXPECT_NE(counterexample<Integer>({Op::ult, kWidth, 1}, random, 60, as_signed), "");
}

TEST(IntegerRefineSmt, KeepsEveryOperandThatGivesAMemberOfTheResultAtEightBits) {
  std::mt19937_64 random(5);
  for (int round = 0; round < test_rounds(1); ++round)
    for (const Shape& shape : shapes()) {
      Question q;
      expr x = q.context.bv_const("x", shape.from), y = q.context.bv_const("y", shape.from);
      Meaning m = meaning(q, shape.op, shape.to, x, y);
      z3::expr_vector broken(q.context);
      for (int i = 0; i < 6; ++i) {
        Integer a = random_of<Integer>(random, shape.from), b = random_of<Integer>(random, shape.from), result = random_of<Integer>(random, shape.to);
        bool exact = has_exact(shape.op) && i % 2 == 1;
        auto refined = refine(shape.op, result, {a, b, Integer::of(0, 1)}, exact);
        expr lost = refined ? !(member(q, x, refined->a) && member(q, y, refined->b)) : q.context.bool_val(true);
        expr gives = member(q, x, a) && member(q, y, b) && m.defined && member(q, m.value, result);
        broken.push_back(exact ? gives && lost && meaning(q, overflow_test(shape.op), 1, x, y).value == q.constant(0, 1) : gives && lost);
      }
      z3::solver solver(q.context, "QF_BV");
      solver.add(z3::mk_or(broken));
      ASSERT_EQ(solver.check(), z3::unsat) << name_of(shape.op) << " " << shape.from;
    }
}

}  // namespace
}  // namespace assay::verify::domains
