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
  ValueId op(Op op, ValueId a, ValueId b) { return builder_.compute(op, lower::is_predicate(op) ? 1 : 64, a, b); }
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

}  // namespace
}  // namespace assay::verify
