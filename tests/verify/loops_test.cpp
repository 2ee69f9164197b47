// Loops that are summed up: what is proved of them, what must not be, and every concrete run inside every recorded node.

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "verify/domains/explore.h"
#include "verify/lower/builder.h"
#include "verify/lower/interpret.h"

namespace assay::verify {
namespace {

using lower::Builder;
using lower::End;
using lower::kNone;
using lower::Op;
using lower::Program;
using lower::Property;
using lower::ValueId;
using lower::Word;

/// Programs by hand, the way checked IR looks: each overflow test branches to a trap of its own.
class Text {
 public:
  Text() : builder_(program_) {
    program_.function = "f";
    builder_.select_block(builder_.new_block());
  }

  ValueId input(const std::string& name, Word min, Word max) {
    ValueId value = builder_.fresh(64);
    program_.inputs.push_back({name, min, max, value, kNone});
    return value;
  }
  void array(unsigned count, Word min, Word max) {
    program_.objects.push_back({.name = "a", .bytes = count * 8, .first_slot = 0, .slot_count = count, .is_input = true, .is_state = true});
    for (std::uint32_t i = 0; i < count; ++i) {
      program_.slots.push_back({"a[" + std::to_string(i) + "]", i * 8, 8, min, max, 0});
      program_.inputs.push_back({"a[" + std::to_string(i) + "]", min, max, kNone, i});
    }
  }
  ValueId number(Word value) { return builder_.constant(value, 64); }
  ValueId op(Op op, ValueId a, ValueId b) {
    bool is_bit = lower::is_predicate(op) || program_.values[a].width == 1;
    return builder_.compute(op, is_bit ? 1 : 64, a, b);
  }
  ValueId checked(Op op, ValueId a, ValueId b) {
    ValueId flag = builder_.compute(overflow_test(op), 1, a, b);
    ValueId result = builder_.guarded(op, 64, a, b, flag);
    std::uint32_t trap = builder_.new_block(), next = builder_.new_block();
    branch(flag, trap, next);
    builder_.select_block(trap);
    program_.blocks[trap].check = builder_.check(Property::no_undefined_behaviour, "overflow");
    builder_.select_block(next);
    return result;
  }
  ValueId both(ValueId a, ValueId b) { return builder_.compute(Op::and_, 1, a, b); }
  ValueId bit(bool value) { return builder_.constant(value, 1); }
  ValueId wrap8(ValueId value) { return builder_.compute(Op::sext, 64, builder_.compute(Op::trunc, 8, value)); }
  ValueId add(ValueId a, ValueId b) { return checked(Op::add, a, b); }
  ValueId sub(ValueId a, ValueId b) { return checked(Op::sub, a, b); }
  ValueId load(ValueId index) { return builder_.load(0, offset(index), 64); }
  void store(ValueId index, ValueId value) { builder_.store(0, offset(index), value); }

  /// while (condition(phis)) phis = body(phis); answers the phis behind the loop.
  using Values = std::vector<ValueId>;
  Values loop(const Values& start, const std::function<ValueId(const Values&)>& condition, const std::function<Values(const Values&)>& body) {
    std::uint32_t before = builder_.block(), head = builder_.new_block(), inside = builder_.new_block(), after = builder_.new_block();
    jump(head);
    builder_.select_block(head);
    Values phis;
    for (std::size_t i = 0; i < start.size(); ++i) phis.push_back(builder_.fresh(64));
    branch(condition(phis), inside, after);
    builder_.select_block(inside);
    Values next = body(phis);
    for (std::size_t i = 0; i < start.size(); ++i)
      program_.blocks[head].phis.push_back({phis[i], {{before, start[i]}, {builder_.block(), next[i]}}});
    jump(head);
    builder_.select_block(after);
    return phis;
  }

  /// condition ? yes() : no, as a diamond.
  ValueId choose(ValueId condition, const std::function<ValueId()>& yes, ValueId no) {
    std::uint32_t then = builder_.new_block(), other = builder_.new_block(), after = builder_.new_block();
    branch(condition, then, other);
    builder_.select_block(then);
    ValueId value = yes();
    std::uint32_t from = builder_.block();
    jump(after);
    builder_.select_block(other);
    jump(after);
    builder_.select_block(after);
    ValueId merged = builder_.fresh(64);
    program_.blocks[after].phis.push_back({merged, {{from, value}, {other, no}}});
    return merged;
  }

  Program give_back(ValueId value, Word min, Word max) {
    program_.return_width = 64, program_.return_min = min, program_.return_max = max;
    program_.blocks[builder_.block()].end = End::give_back;
    program_.blocks[builder_.block()].condition = value;
    for (lower::Block& each : program_.blocks)
      if (each.cost == 0) each.cost = static_cast<std::uint32_t>(each.instructions.size() + each.phis.size() + 1);
    EXPECT_TRUE(lower::analyse_flow(program_));
    return std::move(program_);
  }

 private:
  ValueId offset(ValueId index) {
    auto scaled = checked(Op::mul, index, number(8));
    return scaled;
  }
  void branch(ValueId bit, std::uint32_t yes, std::uint32_t no) {
    lower::Block& at = program_.blocks[builder_.block()];
    at.end = End::branch, at.condition = bit, at.target[0] = yes, at.target[1] = no;
  }
  void jump(std::uint32_t to) {
    lower::Block& at = program_.blocks[builder_.block()];
    at.end = End::jump, at.target[0] = to;
  }

  Program program_;
  Builder builder_;
};

std::vector<std::string> open_of(const Program& program, std::uint64_t bound = 10'000'000) {
  lower::TermPool pool;
  domains::ExploreOptions options;
  options.instruction_bound = bound;
  auto found = domains::explore(program, pool, options);
  std::vector<std::string> out;
  if (found.gave_up) out.push_back(*found.gave_up);
  for (const auto& each : found.open) out.push_back(std::string(lower::name_of(each.property)) + ": " + each.what);
  return out;
}

using Nothing = std::vector<std::string>;
using Values = Text::Values;

Program counter(Word most, Word allowed) {  // for (i = 0; i < n; ++i) {} return i;
  Text text;
  ValueId n = text.input("n", 0, most), one = text.number(1);
  auto after = text.loop({text.number(0)}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) { return Values{text.add(v[0], one)}; });
  return text.give_back(after[0], 0, allowed);
}

TEST(Loops, ACounterEndsWhereItsLimitSays) {
  EXPECT_EQ(open_of(counter(100'000, 100'000)), Nothing{});
  EXPECT_NE(open_of(counter(100'000, 99'999)), Nothing{});
}

Program sum(Word most, Word each, Word allowed) {  // sum of a[i & 7]
  Text text;
  text.array(8, 0, each);
  ValueId n = text.input("n", 0, most), one = text.number(1), zero = text.number(0), mask = text.number(7);
  auto after = text.loop({zero, zero}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) { return Values{text.add(v[0], one), text.add(v[1], text.load(text.op(Op::and_, v[0], mask)))}; });
  return text.give_back(after[1], 0, allowed);
}

TEST(Loops, ASumOfBoundedThingsIsBoundedByTheRounds) {
  EXPECT_EQ(open_of(sum(100'000, 10, 1'000'000)), Nothing{});
  EXPECT_NE(open_of(sum(100'000, 10, 999'999)), Nothing{});
}

TEST(Loops, ACounterEndsWithinItsInstructionsAndNotWithinFewer) {
  // Each round is 4 + 4: a header of 4, a body of 3, and the jump.
  Program program = counter(1000, 1000);
  std::uint64_t longest = lower::interpret(program, std::vector<Word>{1000}, 1'000'000).cost;
  EXPECT_EQ(open_of(program, longest), Nothing{});
  EXPECT_NE(open_of(program, longest - 1), Nothing{});
}

Program endless() {  // while (n < 5) {}
  Text text;
  ValueId n = text.input("n", 0, 9);
  text.loop({n}, [&](const Values& v) { return text.op(Op::slt, v[0], text.number(5)); }, [&](const Values& v) { return v; });
  return text.give_back(n, 0, 9);
}

TEST(Loops, ALoopThatMayNotEndIsNotSaidToEnd) { EXPECT_NE(open_of(endless(), 4096), Nothing{}); }

Program strided(Word most, Word step, Word allowed) {
  Text text;
  ValueId n = text.input("n", 0, most);
  auto after = text.loop({text.number(0)}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) { return Values{text.add(v[0], text.number(step))}; });
  return text.give_back(after[0], 0, allowed);
}

TEST(Loops, AStepOfThreeOvershootsByTwo) {
  EXPECT_EQ(open_of(strided(100'000, 3, 100'002)), Nothing{});
  EXPECT_NE(open_of(strided(100'000, 3, 100'001)), Nothing{});  // 99'999 is a multiple of three: 100'000 goes on to 100'002
}

Program decreasing(Word most, Word least) {
  Text text;
  ValueId n = text.input("n", 0, most);
  auto after = text.loop({n}, [&](const Values& v) { return text.op(Op::slt, text.number(0), v[0]); },
                         [&](const Values& v) { return Values{text.sub(v[0], text.number(1))}; });
  return text.give_back(after[0], least, least);
}

TEST(Loops, CountingDownEndsAtZero) {
  EXPECT_EQ(open_of(decreasing(100'000, 0)), Nothing{});
  EXPECT_NE(open_of(decreasing(100'000, 1)), Nothing{});
}

Program early_exit(Word most, Word allowed) {  // the first i with a[i & 7] == 3, or n
  Text text;
  text.array(8, 0, 9);
  ValueId n = text.input("n", 0, most), mask = text.number(7), three = text.number(3), zero = text.number(0);
  auto after = text.loop({zero, zero},
                         [&](const Values& v) { return text.both(text.op(Op::slt, v[0], n), text.op(Op::eq, v[1], zero)); },
                         [&](const Values& v) {
                           ValueId found = text.op(Op::eq, text.load(text.op(Op::and_, v[0], mask)), three);
                           return Values{text.add(v[0], text.number(1)), text.choose(found, [&] { return text.number(1); }, zero)};
                         });
  return text.give_back(after[0], 0, allowed);
}

TEST(Loops, AnEarlyExitKeepsTheCounterWithinItsLimit) {
  EXPECT_EQ(open_of(early_exit(100'000, 100'000)), Nothing{});
  EXPECT_NE(open_of(early_exit(100'000, 99'999)), Nothing{});
}

Program counted(Word most, bool one_more) {  // how often a[i & 7] > 4; answers n - count, which is not negative
  Text text;
  text.array(8, 0, 9);
  ValueId n = text.input("n", 0, most), mask = text.number(7), four = text.number(4), zero = text.number(0);
  auto after = text.loop({zero, text.number(one_more)}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) {
                           ValueId large = text.op(Op::slt, four, text.load(text.op(Op::and_, v[0], mask)));
                           ValueId count = text.choose(large, [&] { return text.add(v[1], text.number(1)); }, v[1]);
                           return Values{text.add(v[0], text.number(1)), count};
                         });
  return text.give_back(text.sub(n, after[1]), 0, most);
}

TEST(Loops, AConditionalCountIsAtMostTheRounds) {
  EXPECT_EQ(open_of(counted(100'000, false)), Nothing{});
  EXPECT_NE(open_of(counted(100'000, true)), Nothing{});
}

Program nested(Word rows, Word columns, Word allowed) {
  Text text;
  ValueId n = text.input("n", 0, rows), m = text.input("m", 0, columns), zero = text.number(0), one = text.number(1);
  auto after = text.loop({zero, zero}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) {
                           auto inner = text.loop({zero, v[1]}, [&](const Values& w) { return text.op(Op::slt, w[0], m); },
                                                  [&](const Values& w) { return Values{text.add(w[0], one), text.add(w[1], one)}; });
                           return Values{text.add(v[0], one), inner[1]};
                         });
  return text.give_back(after[1], 0, allowed);
}

TEST(Loops, NestedLoopsMultiplyTheirRounds) {
  EXPECT_EQ(open_of(nested(300, 400, 120'000)), Nothing{});
  EXPECT_NE(open_of(nested(300, 400, 119'999)), Nothing{});
  EXPECT_EQ(open_of(nested(5, 400, 2'000)), Nothing{});
  EXPECT_EQ(open_of(nested(400, 5, 2'000)), Nothing{});
}

Program filled(Word most, Word index_limit) {  // a[i] = i while i < min(n, limit)
  Text text;
  text.array(64, 0, 1000);
  ValueId n = text.input("n", 0, most), limit = text.number(index_limit);
  auto after = text.loop({text.number(0)},
                         [&](const Values& v) { return text.both(text.op(Op::slt, v[0], n), text.op(Op::slt, v[0], limit)); },
                         [&](const Values& v) {
                           text.store(v[0], v[0]);
                           return Values{text.add(v[0], text.number(1))};
                         });
  return text.give_back(after[0], 0, most);
}

TEST(Loops, AnArrayIsWrittenWithinItsBounds) {
  EXPECT_EQ(open_of(filled(100'000, 64)), Nothing{});
  EXPECT_NE(open_of(filled(100'000, 65)), Nothing{});
}

Program wrapping() {  // for (i = 0; i != n; i += 2 without a check): may go round 2^64 / 2 times, or never end
  Text text;
  ValueId n = text.input("n", 0, 100'000);
  auto after = text.loop({text.number(0)}, [&](const Values& v) { return text.op(Op::xor_, text.both(text.op(Op::eq, v[0], n), text.op(Op::eq, n, v[0])), text.bit(true)); },
                         [&](const Values& v) { return Values{text.op(Op::add, v[0], text.number(2))}; });
  return text.give_back(after[0], 0, 100'000);
}

TEST(Loops, AWrappingCounterIsNotSaidToEnd) { EXPECT_NE(open_of(wrapping(), 1'000'000), Nothing{}); }

Program narrow_wrap(Word most) {  // a counter of 8 bits that must reach n: 255 is out of reach of its signed reading
  Text text;
  ValueId n = text.input("n", 0, most);
  auto after = text.loop({text.number(0)}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) { return Values{text.wrap8(text.op(Op::add, v[0], text.number(1)))}; });
  return text.give_back(after[0], 0, most);
}

TEST(Loops, ACounterThatWrapsBelowItsLimitIsNotSaidToEnd) {
  EXPECT_EQ(open_of(narrow_wrap(127)), Nothing{});
  EXPECT_NE(open_of(narrow_wrap(128), 100'000), Nothing{});
}

Program two_counters(Word most, Word off) {  // i up, j down; answers i + j - n
  Text text;
  ValueId n = text.input("n", 0, most), one = text.number(1);
  auto after = text.loop({text.number(0), n}, [&](const Values& v) { return text.op(Op::slt, v[0], n); },
                         [&](const Values& v) { return Values{text.add(v[0], one), text.sub(v[1], one)}; });
  return text.give_back(after[1], off, off);
}

TEST(Loops, WhatOneCounterGainsTheOtherLoses) {
  EXPECT_EQ(open_of(two_counters(100'000, 0)), Nothing{});
  EXPECT_NE(open_of(two_counters(100'000, 1)), Nothing{});
}

Program correlated(Word other) {  // a = x < 5 ? 10 : -10; b = a == 10 ? 10 : other; answers a - b
  Text text;
  ValueId x = text.input("x", 0, 9), ten = text.number(10);
  ValueId a = text.choose(text.op(Op::slt, x, text.number(5)), [&] { return ten; }, text.number(-10));
  ValueId b = text.choose(text.op(Op::eq, a, ten), [&] { return ten; }, text.number(other));
  return text.give_back(text.sub(a, b), 0, 0);
}

TEST(Partitions, WaysThatWouldMergeAreKeptApartWhereAClaimNeedsIt) {
  EXPECT_EQ(open_of(correlated(-10)), Nothing{});
  EXPECT_NE(open_of(correlated(-9)), Nothing{});
}

}  // namespace
}  // namespace assay::verify
