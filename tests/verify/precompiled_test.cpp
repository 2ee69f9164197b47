// The contract is parsed once for many candidates: none may see another one's contract, or what an earlier candidate said.

#include <gtest/gtest.h>

#include <string>

#include "verify/frontend/compile.h"
#include "verify/frontend/parse.h"

namespace assay::verify::frontend {
namespace {

std::string contract_with(const std::string& field) {
  return "#pragma once\n#include \"policies/abi/assay.h\"\nstruct Thing { i64 " + field +
         "; Array<i64, 4> items; };\ni64 f(const Thing& thing);\n";
}

std::string policy_of(const std::string& field) {
  return "i64 f(const Thing& thing) { return clamp(thing." + field + ", thing.items[1], 9); }\n";
}

TEST(Precompiled, EachCandidateSeesItsOwnContract) {
  for (int round = 0; round < 3; ++round)
    for (const std::string field : {"size", "age"}) {
      const std::string other = field == "size" ? "age" : "size";
      EXPECT_TRUE(parse_candidate(contract_with(field), policy_of(field)).findings.empty());
      EXPECT_FALSE(parse_candidate(contract_with(field), policy_of(other)).findings.empty());
    }
}

TEST(Precompiled, MoreContractsThanAreKept) {
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 20; ++i) {
      const std::string field = "field" + std::to_string(i);
      EXPECT_TRUE(parse_candidate(contract_with(field), policy_of(field)).findings.empty()) << field;
    }
}

TEST(Precompiled, WhatACandidateSaysEndsWithIt) {
  const std::string helper = "i64 helper(i64 value) { return value + 1; }\n";
  const std::string user = "i64 f(const Thing& thing) { return helper(thing.size); }\n";
  EXPECT_TRUE(parse_candidate(contract_with("size"), helper + user).findings.empty());
  EXPECT_FALSE(parse_candidate(contract_with("size"), user).findings.empty());
}

TEST(Precompiled, AContractThatDoesNotParseIsAFinding) {
  for (int round = 0; round < 2; ++round) {
    const auto parsed = parse_candidate("#pragma once\nstruct Thing { i64 size; };\n", "i64 f() { return 1; }\n");
    ASSERT_FALSE(parsed.findings.empty());
    EXPECT_EQ(parsed.findings.front().line, 0) << "the candidate is not to blame";
  }
}

TEST(Precompiled, TheFirstAndTheLaterCandidatesGiveTheSameCode) {
  const std::string contract = contract_with("first_of_its_kind"), policy = policy_of("first_of_its_kind");
  const auto first = lower_optimised({contract, "", policy, ""}, {"f"});
  const auto later = lower_optimised({contract, "", policy, ""}, {"f"});
  ASSERT_TRUE(first && later);
  EXPECT_EQ(*first, *later);
}

TEST(Precompiled, WithAndWithoutDebugPlacesAreKeptApart) {
  const std::string contract = contract_with("size"), policy = policy_of("size");
  const auto lines = lower_policy({contract, "", policy, ""}, {"f"}, Detail::lines);
  const auto told = lower_policy({contract, "", policy, ""}, {"f"}, Detail::variables);
  ASSERT_TRUE(lines && told);
  EXPECT_NE(*lines, *told);
  EXPECT_EQ(*lines, *lower_policy({contract, "", policy, ""}, {"f"}, Detail::lines));
}

}  // namespace
}  // namespace assay::verify::frontend
