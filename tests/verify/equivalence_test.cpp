// Two functions by product: equal ones proved, unequal ones refuted by an input that was run.

#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "tests/verify/screen_support.h"
#include "verify/equivalence.h"
#include "verify/lower/lower.h"

namespace assay::verify {
namespace {

constexpr std::string_view kContract = R"(
struct Input {
  i64 x ASSAY_FIELD("", -1000, 1000);
  i64 y ASSAY_FIELD("", 0, 1000000);
};
struct State {
  i64 count ASSAY_FIELD("", 0, 255);
};
i64 decide(const Input& input, State& state) ASSAY_RETURNS("", -4000000, 4000000);
)";

class EquivalenceOf : public testing::Test {
 protected:
  lower::Program program(const std::string& body) {
    const std::string text = "i64 decide(const Input& input, State& state) {\n" + body + "\n}\n";
    auto screened = toolchain_->screen(contract_, Source{text});
    EXPECT_TRUE(screened && *screened) << text;
    auto ir = toolchain_->lower(contract_, **screened);
    EXPECT_TRUE(ir && *ir) << text;
    auto functions = lower::lower_functions((*ir)->bitcode, contract_);
    EXPECT_TRUE(functions && (*functions)[0].program) << text;
    return *(*functions)[0].program;
  }

  /// The optimised code of the same text, where lowering can read it.
  std::expected<lower::Program, lower::Unsupported> optimised(const tasks::Contract& contract, const Screened& screened, std::size_t function) {
    auto ir = toolchain_->lower_optimised(contract, screened);
    EXPECT_TRUE(ir && *ir);
    auto functions = lower::lower_functions((*ir)->bitcode, contract);
    EXPECT_TRUE(functions.has_value());
    return (*functions)[function].program;
  }

  Equivalence compare(const std::string& reference, const std::string& other) {
    auto compared = equivalent(program(reference), program(other), {}, *solver_);
    EXPECT_TRUE(compared.has_value());
    return *compared;
  }

  std::string verdict(const std::string& reference, const std::string& other) {
    return std::string(name_of(compare(reference, other).verdict));
  }

  tasks::Contract contract_ = contract_from(std::string(kContract));
  std::unique_ptr<Toolchain> toolchain_ = local_toolchain();
  std::unique_ptr<smt::Solver> solver_ = smt::make_solver_here();
};

TEST_F(EquivalenceOf, OneTextWithItselfIsEqualWithoutASolver) {
  const std::string text = "state.count = min(state.count + 1, 255); return input.x * 3 + input.y;";
  Equivalence same = compare(text, text);
  EXPECT_EQ(name_of(same.verdict), "proved");
  EXPECT_EQ(same.by_solver, 0u);
  EXPECT_GT(same.by_terms, 0u);
}

TEST_F(EquivalenceOf, DifferentWaysToSayTheSame) {
  EXPECT_EQ(verdict("return input.x * 2;", "return input.x + input.x;"), "proved");
  EXPECT_EQ(verdict("return max(input.x, input.y);", "if (input.x < input.y) return input.y; return input.x;"), "proved");
  EXPECT_EQ(verdict("return input.y / 8;", "return input.y >> 3;"), "proved");
  EXPECT_EQ(verdict("return input.y % 16;", "return input.y & 15;"), "proved");
  EXPECT_EQ(verdict("return (input.x + 5) * 3;", "i64 s = 0; for (i64 i = 0; i < 3; ++i) s += input.x + 5; return s;"), "proved");
}

TEST_F(EquivalenceOf, NearlyTheSameIsRefutedByAnInputThatWasRun) {
  EXPECT_EQ(verdict("return input.x / 8;", "return input.x >> 3;"), "refuted");  // rounds down below zero
  EXPECT_EQ(verdict("return input.y / 7;", "return (input.y + 1) / 7;"), "refuted");
  EXPECT_EQ(verdict("return input.y == 777777 ? 1 : 0;", "return 0;"), "refuted");
  Equivalence off = compare("return max(input.x, 3);", "return max(input.x, 4);");
  EXPECT_NE(std::get<Refuted>(off.verdict).counterexample.find("the answers are 3 and 4"), std::string::npos);
}

TEST_F(EquivalenceOf, StateCountsAsAnOutput) {
  EXPECT_EQ(verdict("state.count = 1; return 0;", "state.count = 1; return 0;"), "proved");
  EXPECT_EQ(verdict("state.count = input.y == 31 ? 1 : 2; return 0;", "state.count = 2; return 0;"), "refuted");
}

TEST_F(EquivalenceOf, WhereTheReferenceGoesWrongNothingIsAskedOfTheOther) {
  EXPECT_EQ(verdict("return 100 / input.x;", "return input.x == 0 ? 0 : 100 / input.x;"), "proved");
  EXPECT_EQ(verdict("return input.x == 0 ? 0 : 100 / input.x;", "return 100 / input.x;"), "refuted");
}

TEST_F(EquivalenceOf, AReferenceThatNeverReturnsProvesNothing) {
  EXPECT_EQ(verdict("i64 zero = input.y - input.y; return 1 / zero;", "return 0;"), "unknown");
}

/// A check on the compiler: what runs in a search against what the proofs are about.
TEST_F(EquivalenceOf, OptimisedBaselinesDoWhatTheirCheckedCodeDoes) {
  for (const char* task : {"web_cache", "web_cache_queues"}) {
    const tasks::Contract contract = contract_of(task);
    std::map<std::string, int> tally;
    for (const auto& path : sources_in(source_dir() / "tasks" / task / "baselines")) {
      const Source baseline{text_of(path), path.filename().string()};
      auto screened = toolchain_->screen(contract, baseline);
      ASSERT_TRUE(screened && *screened) << baseline.name;
      auto ir = toolchain_->lower(contract, **screened);
      ASSERT_TRUE(ir && *ir) << baseline.name;
      auto checked = lower::lower_functions((*ir)->bitcode, contract);
      ASSERT_TRUE(checked.has_value());
      for (std::size_t i = 0; i < checked->size(); ++i) {
        auto fast = optimised(contract, **screened, i);
        if (!fast) {
          ++tally["unsupported: " + fast.error().what];
          continue;
        }
        auto compared = equivalent(*(*checked)[i].program, *fast, {}, *solver_);
        ASSERT_TRUE(compared.has_value());
        ++tally[std::string(name_of(compared->verdict))];
        EXPECT_FALSE(std::holds_alternative<Refuted>(compared->verdict)) << baseline.name << ": " << std::get<Refuted>(compared->verdict).counterexample;
        if (auto* unknown = std::get_if<Unknown>(&compared->verdict)) std::cout << baseline.name << ": " << unknown->reason << "\n";
      }
    }
    for (const auto& [verdict, count] : tally) std::cout << task << ": " << verdict << " " << count << "\n";
    EXPECT_GT(tally["proved"], 0);
  }
}

}  // namespace
}  // namespace assay::verify
