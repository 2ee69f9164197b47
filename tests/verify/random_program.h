#pragma once
// Random tiny programs whose every input can be run: over two numbers of 0..7 and a four-slot state whose first slot is 0..3.

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "verify/lower/builder.h"
#include "verify/lower/interpret.h"

namespace assay::verify {

using lower::Builder;
using lower::End;
using lower::Op;
using lower::Program;
using lower::Property;
using lower::ValueId;
using lower::Word;

inline constexpr unsigned kWidth = 5;
inline constexpr std::uint64_t kBound = 60;

/// A random program over two numbers and a four-slot state: checked arithmetic, branches, a loop, indexed memory.
class RandomProgram {
 public:
  /// `nests`: loops hold loops, choices and memory.
  explicit RandomProgram(std::uint64_t seed, bool nests = false) : random_(seed), builder_(program_), nests_(nests) {}

  Program make() {
    program_.function = "f";
    add_inputs();
    std::uint32_t block = builder_.new_block();
    builder_.select_block(block);
    for (int i = 0; i < 3; ++i) fragment();
    program_.return_width = kWidth;
    program_.return_min = pick(-16, 0);
    program_.return_max = pick(0, 15);
    current().end = End::give_back;
    current().condition = any();
    for (lower::Block& each : program_.blocks) each.cost = static_cast<std::uint32_t>(each.instructions.size() + each.phis.size() + 1);
    EXPECT_TRUE(lower::analyse_flow(program_));
    return std::move(program_);
  }

 private:
  int pick(int lo, int hi) { return static_cast<int>(lo + static_cast<int>(random_() % static_cast<unsigned>(hi - lo + 1))); }
  ValueId any() { return numbers_[random_() % numbers_.size()]; }
  lower::Block& current() { return program_.blocks[builder_.block()]; }

  void add_inputs() {
    for (const char* name : {"x", "y"}) {
      ValueId value = builder_.fresh(kWidth);
      program_.inputs.push_back({name, 0, 7, value, lower::kNone});
      numbers_.push_back(value);
    }
    for (int i = 0; i < 3; ++i) numbers_.push_back(builder_.constant(pick(-4, 8), kWidth));
    program_.objects.push_back({.name = "s", .bytes = 4, .first_slot = 0, .slot_count = 4, .is_input = true, .is_state = true});
    for (std::uint32_t i = 0; i < 4; ++i) program_.slots.push_back({"s[" + std::to_string(i) + "]", i, 1, 0, 3, 0});
    program_.inputs.push_back({"s[0]", 0, 3, lower::kNone, 0});  // the others start at 0: fewer inputs to run
  }

  void fragment() {
    switch (pick(0, 5)) {
      case 0: case 1: arithmetic(); break;
      case 2: diamond(); break;
      case 3: loop(); break;
      case 4: memory(); break;
      default: division(); break;
    }
  }

  void arithmetic() {
    static constexpr Op kOps[] = {Op::add, Op::sub, Op::mul};
    Op op = kOps[pick(0, 2)];
    ValueId a = any(), b = any(), flag = builder_.compute(overflow_test(op), 1, a, b);
    if (pick(0, 2) != 0) builder_.require(builder_.negate(flag), Property::no_undefined_behaviour, "overflow");
    numbers_.push_back(builder_.guarded(op, kWidth, a, b, flag));
    if (pick(0, 3) == 0) {
      static constexpr Op kBits[] = {Op::and_, Op::or_, Op::xor_, Op::ashr, Op::lshr, Op::shl};
      Op bits = kBits[pick(0, 5)];
      ValueId right = bits >= Op::and_ ? any() : builder_.constant(pick(0, 4), kWidth);
      numbers_.push_back(builder_.compute(bits, kWidth, any(), right));
    }
  }

  ValueId condition() {
    static constexpr Op kOps[] = {Op::eq, Op::slt, Op::ult};
    ValueId bit = builder_.compute(kOps[pick(0, 2)], 1, any(), any());
    return pick(0, 1) ? bit : builder_.negate(bit);
  }

  void division() {
    ValueId a = any(), b = any();
    auto is = [&](ValueId value, Word wanted) { return builder_.compute(Op::eq, 1, value, builder_.constant(wanted, kWidth)); };
    builder_.require(builder_.negate(is(b, 0)), Property::no_undefined_behaviour, "division by zero");
    builder_.require(builder_.compute(Op::or_, 1, builder_.negate(is(a, -16)), builder_.negate(is(b, -1))),
                     Property::no_undefined_behaviour, "division overflows");
    numbers_.push_back(builder_.compute(pick(0, 1) ? Op::sdiv : Op::srem, kWidth, a, b));
  }

  void branch(ValueId bit, std::uint32_t yes, std::uint32_t no) {
    current().end = End::branch;
    current().condition = bit;
    current().target[0] = yes;
    current().target[1] = no;
  }

  void jump(std::uint32_t to) {
    current().end = End::jump;
    current().target[0] = to;
  }

  void diamond() {
    std::uint32_t yes = builder_.new_block(), no = builder_.new_block(), after = builder_.new_block();
    branch(condition(), yes, no);
    auto outside = numbers_;
    builder_.select_block(yes);
    arithmetic();
    if (pick(0, 2) == 0) division();
    std::pair<std::uint32_t, ValueId> left{builder_.block(), numbers_.back()};
    jump(after);
    numbers_ = outside;
    builder_.select_block(no);
    if (pick(0, 1)) arithmetic();
    std::pair<std::uint32_t, ValueId> right{builder_.block(), any()};
    jump(after);
    numbers_ = outside;
    builder_.select_block(after);
    ValueId merged = builder_.fresh(kWidth);
    current().phis.push_back({merged, {left, right}});
    numbers_.push_back(merged);
  }

  /// for (i = 0; i < any; i += step) sum = something; with a step that may be 0.
  void loop() {
    std::uint32_t head = builder_.new_block(), body = builder_.new_block(), after = builder_.new_block(), before = builder_.block();
    ValueId start = builder_.constant(0, kWidth), first = any(), limit = any();
    jump(head);
    builder_.select_block(head);
    ValueId i = builder_.fresh(kWidth), sum = builder_.fresh(kWidth);
    branch(builder_.compute(Op::slt, 1, i, limit), body, after);
    auto outside = numbers_;
    numbers_.push_back(i);
    numbers_.push_back(sum);
    builder_.select_block(body);
    if (nests_ && depth_ == 0 && pick(0, 1) == 0) ++depth_, loop(), --depth_;
    if (nests_ && pick(0, 2) == 0) diamond();
    if (nests_ && pick(0, 3) == 0) memory();
    arithmetic();
    ValueId next_sum = numbers_.back();
    ValueId step = builder_.constant(pick(0, 9) == 0 ? 0 : pick(1, 3), kWidth);
    ValueId flag = builder_.compute(Op::sadd_overflows, 1, i, step);
    builder_.require(builder_.negate(flag), Property::no_undefined_behaviour, "overflow");
    ValueId next = builder_.guarded(Op::add, kWidth, i, step, flag);
    program_.blocks[head].phis.push_back({i, {{before, start}, {builder_.block(), next}}});
    program_.blocks[head].phis.push_back({sum, {{before, first}, {builder_.block(), next_sum}}});
    jump(head);
    numbers_ = outside;
    numbers_.push_back(sum);
    builder_.select_block(after);
  }

  void memory() {
    ValueId index = builder_.compute(Op::sext, 64, any());
    if (pick(0, 1)) index = builder_.compute(Op::and_, 64, index, builder_.constant(3, 64));
    ValueId byte = builder_.load(0, index, 8);
    if (pick(0, 1)) builder_.store(0, index, builder_.compute(Op::sext, 8, any()));
    numbers_.push_back(builder_.compute(Op::trunc, kWidth, byte));
  }

  std::mt19937_64 random_;
  Program program_;
  Builder builder_;
  std::vector<ValueId> numbers_;
  bool nests_ = false;
  int depth_ = 0;
};

using Broken = std::array<bool, 5>;

/// The truth: every input is run.
inline Broken run_all(const Program& program) {
  Broken out{};
  for (Word x = 0; x < 8; ++x)
    for (Word y = 0; y < 8; ++y)
      for (Word s = 0; s < 4; ++s) {
        auto execution = lower::interpret(program, std::vector<Word>{x, y, s}, kBound);
        if (execution.stop == lower::Stop::violated) out[static_cast<std::size_t>(program.checks[execution.check].property)] = true;
        if (execution.stop == lower::Stop::exceeded) out[static_cast<std::size_t>(Property::terminates)] = true;
        if (execution.stop == lower::Stop::returned && !lower::output_in_range(program, execution))
          out[static_cast<std::size_t>(Property::output_range)] = true;
      }
  return out;
}

}  // namespace assay::verify
