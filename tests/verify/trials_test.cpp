#include "verify/certify_trials.h"

#include <gtest/gtest.h>

namespace assay::verify {
namespace {

using lower::Program;

/// One block that takes one bit, costs so much, and returns where the bit is set; with another bit the input does not count.
Program returns_where_set(std::uint32_t cost) {
  Program program;
  program.values.push_back({.width = 1, .is_constant = false, .constant = 0});
  program.inputs.push_back({.name = "bit", .min = 0, .max = 1, .value = 0});
  lower::Block block;
  block.instructions.push_back({.action = lower::Action::assume, .a = 0});
  block.end = lower::End::give_back;
  block.cost = cost;
  program.blocks.push_back(block);
  return program;
}

constexpr std::uint64_t kBound = 1'000'000'000;

TEST(Trials, RunShortExecutionsOnEverySample) {
  const Program program = returns_where_set(1000);
  Trials trials(program, kBound, std::nullopt);
  trials.sample();
  EXPECT_TRUE(trials.has_witness());
  EXPECT_EQ(trials.spent(), 1000 * lower::sample_inputs(program, 48).size());
}

TEST(Trials, RunLongExecutionsAFewTimes) {
  const Program program = returns_where_set(500'000);
  Trials trials(program, kBound, std::nullopt);
  trials.sample();
  EXPECT_TRUE(trials.has_witness());
  EXPECT_LE(trials.spent(), 2'500'000u);
}

TEST(Trials, GoOnUntilThereIsAWitnessHoweverLongItTakes) {
  const Program program = returns_where_set(50'000'000);  // the first two samples have the bit unset
  Trials trials(program, kBound, std::nullopt);
  trials.sample();
  EXPECT_TRUE(trials.has_witness());
  EXPECT_EQ(trials.witness(), lower::Inputs{1});
}

}  // namespace
}  // namespace assay::verify
