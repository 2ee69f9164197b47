// Properties by trial in the jail: a true one is not broken, a false one is found, and what goes wrong has a type.

#include <gtest/gtest.h>

#include "tests/verify/screen_support.h"
#include "verify/properties/fuzz.h"

namespace assay::verify {
namespace {

using properties::Fuzzed;

constexpr char kContract[] =
    "struct Thing { i64 size ASSAY_FIELD(\"bytes\", 1, 1LL << 40); Array<i64, 3> parts ASSAY_FIELD(\"\", 0, 9); };\n"
    "i64 rank(const Thing& thing) ASSAY_RETURNS(\"\", 0, 1LL << 42);\n";

constexpr char kPolicy[] =
    "i64 rank(const Thing& thing) {\n  i64 sum = thing.size;\n  for (i64 i = 0; i < 3; i += 1) {\n    sum += thing.parts[i];\n  }\n"
    "  return sum == 1000009 ? 0 : sum;\n}\n";

std::vector<Fuzzed> fuzzed(const std::string& text, const std::string& policy, std::uint64_t rounds = 5000) {
  const tasks::Contract contract = contract_from(kContract);
  auto toolchain = Toolchain::over(std::make_unique<LocalWorker>());
  auto jail = sandbox::RunJail::start();
  auto set = properties::read_properties(contract, text, "properties.cpp");
  auto screened = toolchain->screen(contract, {policy, "policy"});
  if (!jail || !set || !screened || !*screened) {
    ADD_FAILURE() << (jail ? "" : jail.error().what) << (set ? "" : set.error().what);
    return {};
  }
  properties::FuzzOptions options;
  options.rounds = rounds;
  options.deadline = std::chrono::milliseconds(3000);
  auto done = properties::fuzz(contract, **screened, *set, options, *toolchain, **jail);
  if (!done || !*done) {
    ADD_FAILURE() << (done ? done->error().detail : done.error().what);
    return {};
  }
  return **done;
}

TEST(Fuzz, ATruePropertyIsCountedAndNotBroken) {
  const auto done = fuzzed("/// D.\nASSAY_PROPERTY(p, info) {\n  auto a = any<Thing>(), b = a;\n  b.size = any_in(a.size, 1LL << 40);\n"
                           "  assume(b.size < 1000000);\n  prove(rank(b) >= rank(a));\n}\n", kPolicy);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(done[0].rounds, 5000u);
  EXPECT_GT(done[0].counted, 500u);
  EXPECT_LT(done[0].counted, 5000u);
  EXPECT_FALSE(done[0].finding.has_value());
}

TEST(Fuzz, AFalsePropertyIsFoundWithItsValuesAndConfirmedByTheInterpreter) {
  const auto done = fuzzed("/// D.\nASSAY_PROPERTY(p, info) {\n  auto a = any<Thing>(), b = a;\n  b.size = any_in(a.size, 1LL << 40);\n"
                           "  prove(true);\n  prove(rank(b) > rank(a));\n}\n", kPolicy);
  ASSERT_EQ(done.size(), 1u);
  ASSERT_TRUE(done[0].finding.has_value());
  EXPECT_EQ(done[0].finding->line, 6);
  EXPECT_EQ(done[0].finding->claim, "rank(b) > rank(a)");
  EXPECT_TRUE(done[0].finding->is_confirmed);
  ASSERT_EQ(done[0].finding->drawn.size(), 5u);
  EXPECT_EQ(done[0].finding->drawn[0].first, "a.size");
  EXPECT_EQ(done[0].finding->drawn[4].first, "b.size");
}

TEST(Fuzz, TheSameSeedGivesTheSameFinding) {
  const std::string text = "/// D.\nASSAY_PROPERTY(p, info) {\n  auto a = any<Thing>();\n  prove(rank(a) % 7 != 3);\n}\n";
  const auto first = fuzzed(text, kPolicy), second = fuzzed(text, kPolicy);
  ASSERT_TRUE(first.size() == 1 && first[0].finding && second.size() == 1 && second[0].finding);
  EXPECT_EQ(first[0].finding->drawn, second[0].finding->drawn);
}

TEST(Fuzz, WhatTheCandidateDoesWrongHasAType) {
  const auto done = fuzzed("/// D.\nASSAY_PROPERTY(p, info) {\n  auto a = any<Thing>();\n  prove(rank(a) >= 0);\n}\n",
                           "i64 rank(const Thing& thing) {\n  const i64 index = thing.size;\n  return thing.parts[index];\n}\n");
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].outcome.kind, OutcomeKind::signal);
}

TEST(Fuzz, AnAssumptionGuardsWhatComesAfterIt) {
  const auto done = fuzzed("/// D.\nASSAY_PROPERTY(p, info) {\n  const i64 n = any_in(-3, 3);\n  auto a = any<Thing>();\n  assume(n != 0);\n"
                           "  prove(rank(a) / n < rank(a) + 1);\n}\n", kPolicy);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].outcome.kind, OutcomeKind::ok);
  EXPECT_FALSE(done[0].finding.has_value());
}

}  // namespace
}  // namespace assay::verify
