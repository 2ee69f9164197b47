// Random programs over doubles: what exploration settles, running them must not break, and no run leaves the recorded graph.

#include "tests/verify/concrete.h"
#include "tests/verify/graph_walk.h"

#include <gtest/gtest.h>

#include "verify/domains/explore.h"
#include "verify/lower/builder.h"

namespace assay::verify {
namespace {

using lower::Builder;
using lower::End;
using lower::kNone;
using lower::Op;
using lower::Program;
using lower::Property;
using lower::ValueId;
using lower::word_of;

constexpr std::uint64_t kBound = 400;

/// Two doubles and an integer in; a branch with both sides, a short loop, and a double out.
class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed), builder_(program_) {}

  Program make() {
    program_.function = "f";
    for (const char* name : {"x", "y"}) add_input(name);
    ValueId n = builder_.fresh(64);
    program_.inputs.push_back({"n", -3, static_cast<lower::Word>(below(2) == 0 ? 5 : 1LL << 60), n, kNone});
    integers_.push_back(n);
    const std::uint32_t entry = builder_.new_block(), yes = builder_.new_block(), no = builder_.new_block(), header = builder_.new_block(),
                        round = builder_.new_block(), last = builder_.new_block();
    builder_.select_block(entry);
    compute(3);
    branch(entry, test(), yes, no);
    ValueId from_yes = side(yes, header), from_no = side(no, header);
    ValueId sum = builder_.fresh(64, true), trips = builder_.fresh(64), next_sum = loop_round(round, header, sum, trips);
    program_.blocks[header].phis.push_back({sum, {{yes, from_yes}, {no, from_no}, {round, next_sum}}});
    program_.blocks[header].phis.push_back({trips, {{yes, builder_.constant(0, 64)}, {no, builder_.constant(0, 64)}, {round, next_trips_}}});
    builder_.select_block(header);
    branch(header, builder_.compute(Op::slt, 1, trips, builder_.constant(static_cast<lower::Word>(below(4)), 64)), round, last);
    doubles_.push_back(sum);
    builder_.select_block(last);
    compute(4);
    builder_.require(test(), Property::no_undefined_behaviour, "a test of doubles");
    give_back(last);
    for (lower::Block& block : program_.blocks) block.cost = 1;
    EXPECT_TRUE(lower::analyse_flow(program_));
    return std::move(program_);
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  double number() {
    constexpr double kEdges[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 10.0, 5e-324, 1e-300, 1e300, 1e9, 9223372036854775808.0, 0.1};
    return kEdges[below(std::size(kEdges))];
  }

  void add_input(const char* name) {
    ValueId value = builder_.fresh(64, true);
    double a = number(), b = number();
    if (a > b) std::swap(a, b);
    const bool is_any = below(3) == 0;
    program_.inputs.push_back({name, is_any ? lower::kMinusInfinity : word_of(a), is_any ? lower::kInfinity : word_of(b), value, kNone, true});
    doubles_.push_back(value);
  }

  ValueId real() { return below(4) == 0 ? builder_.constant(word_of(number()), 64, true) : doubles_[below(doubles_.size())]; }

  ValueId test() {
    constexpr Op kTests[] = {Op::feq, Op::flt, Op::fle, Op::flt, Op::fle, Op::funordered};
    ValueId bit = builder_.compute(kTests[below(std::size(kTests))], 1, real(), real());
    if (below(3) == 0) bit = builder_.negate(bit);
    return below(4) == 0 ? builder_.compute(below(2) == 0 ? Op::and_ : Op::or_, 1, bit, test()) : bit;
  }

  void compute(unsigned count) {
    constexpr Op kBinary[] = {Op::fadd, Op::fsub, Op::fmul, Op::fdiv};
    for (unsigned i = 0; i < count; ++i) {
      switch (below(8)) {
        case 0: doubles_.push_back(builder_.compute(below(2) == 0 ? Op::fneg : Op::fabs, 64, real())); break;
        case 1: doubles_.push_back(builder_.compute(Op::select, 64, test(), real(), real())); break;
        case 2: doubles_.push_back(builder_.compute(Op::int_to_double, 64, integers_[below(integers_.size())])); break;
        case 3: to_int(); break;
        case 4: {  // a clamp, so that something can be proved
          ValueId low = builder_.constant(word_of(-number()), 64, true), x = real();
          doubles_.push_back(builder_.compute(Op::select, 64, builder_.compute(Op::fle, 1, low, x), x, low));
          break;
        }
        default: doubles_.push_back(builder_.compute(kBinary[below(4)], 64, real(), real()));
      }
    }
  }

  void to_int() {
    ValueId x = real(), least = builder_.constant(word_of(-0x1p63), 64, true), end = builder_.constant(word_of(0x1p63), 64, true);
    builder_.require(builder_.compute(Op::and_, 1, builder_.compute(Op::fle, 1, least, x), builder_.compute(Op::flt, 1, x, end)),
                     Property::no_undefined_behaviour, "a double does not fit an i64");
    integers_.push_back(builder_.compute(Op::double_to_int, 64, x));
  }

  void branch(std::uint32_t block, ValueId bit, std::uint32_t yes, std::uint32_t no) {
    program_.blocks[block].end = End::branch;
    program_.blocks[block].condition = bit;
    program_.blocks[block].target[0] = yes, program_.blocks[block].target[1] = no;
  }

  /// What is defined on one side is known there only.
  ValueId side(std::uint32_t block, std::uint32_t to) {
    const auto doubles = doubles_, integers = integers_;
    builder_.select_block(block);
    compute(2);
    ValueId out = doubles_.back();
    program_.blocks[block].end = End::jump;
    program_.blocks[block].target[0] = to;
    doubles_ = doubles, integers_ = integers;
    return out;
  }

  ValueId loop_round(std::uint32_t block, std::uint32_t header, ValueId sum, ValueId trips) {
    const auto doubles = doubles_, integers = integers_;
    doubles_.push_back(sum);
    builder_.select_block(block);
    compute(1);
    ValueId next = builder_.compute(below(2) == 0 ? Op::fadd : Op::fmul, 64, sum, real());
    next_trips_ = builder_.compute(Op::add, 64, trips, builder_.constant(1, 64));
    program_.blocks[block].end = End::jump;
    program_.blocks[block].target[0] = header;
    doubles_ = doubles, integers_ = integers;
    return next;
  }

  void give_back(std::uint32_t block) {
    program_.blocks[block].end = End::give_back;
    program_.blocks[block].condition = doubles_.back();
    double a = number(), b = number() * 1000;
    if (a > b) std::swap(a, b);
    program_.return_width = 64, program_.return_is_double = true;
    program_.return_min = word_of(std::min(a, -1.0)), program_.return_max = word_of(b);
  }

  std::mt19937_64 random_;
  Program program_;
  Builder builder_;
  std::vector<ValueId> doubles_, integers_;
  ValueId next_trips_ = kNone;
};

TEST(DoubleEngines, SettleNothingThatARunBreaks) {
  const bool is_long = std::getenv("ASSAY_LONG_TESTS") != nullptr;
  std::uint64_t settled = 0, broken = 0, atoms = 0, runs = 0;
  for (std::uint64_t seed = 0; seed < (is_long ? 30000u : 1200u); ++seed) {
    const Program program = RandomProgram(seed).make();
    lower::TermPool pool;
    domains::ExploreOptions options;
    options.instruction_bound = kBound;
    options.record = true;
    options.unroll_cap = seed % 3 == 0 ? 1 : 100;
    const auto explored = explore(program, pool, options);
    if (explored.gave_up) continue;
    Truth truth;
    GraphWalk walk(program, explored.graph, kBound);
    BoundaryInputs source(program, seed);
    auto run = [&](const lower::Inputs& inputs) {
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const lower::Input& input = program.inputs[i];
        ASSERT_TRUE(lower::in_range(inputs[i], input.min, input.max, input.is_double)) << "seed " << seed << ": a sample leaves its range";
      }
      run_one(program, inputs, kBound, truth);
      const auto wrong = walk.contradiction(inputs);
      ASSERT_FALSE(wrong.has_value()) << "seed " << seed << ": " << *wrong;
    };
    for (const lower::Inputs& inputs : lower::sample_inputs(program, 40)) run(inputs);
    for (int i = 0; i < 60; ++i) run(source.next());
    for (Property property : {Property::no_undefined_behaviour, Property::output_range}) {
      const bool is_open = std::ranges::any_of(explored.open, [&](const auto& open) { return open.property == property; });
      settled += !is_open, broken += truth.broken(property);
      ASSERT_TRUE(is_open || !truth.broken(property)) << "seed " << seed << " settles " << name_of(property) << ", which a run breaks";
    }
    runs += truth.runs, atoms += walk.atoms();
  }
  std::printf("  %llu claims settled, %llu broken by runs, %llu atoms of %llu runs hold\n", static_cast<unsigned long long>(settled),
              static_cast<unsigned long long>(broken), static_cast<unsigned long long>(atoms), static_cast<unsigned long long>(runs));
  EXPECT_GT(settled, 100u);
  EXPECT_GT(broken, 100u);
}

}  // namespace
}  // namespace assay::verify
