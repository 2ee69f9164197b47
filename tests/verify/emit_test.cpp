#include "tests/verify/random_policy.h"
#include "tests/verify/screen_support.h"

#include <algorithm>

#include "verify/rules.h"

namespace assay::verify {
namespace {

constexpr char kContract[] =
    "struct Pair { i64 left ASSAY_FIELD(\"\", 0, 1000); i64 right ASSAY_FIELD(\"\", 0, 1000); };\n"
    "struct State { i64 calls ASSAY_FIELD(\"\", 0, 9); Array<i64, 4> slots ASSAY_FIELD(\"\", 0, 9); };\n"
    "i64 decide(const Pair& pair, State& state) ASSAY_RETURNS(\"\", -9, 9);\n";

TEST(Emit, OfRandomPoliciesParsesBackToTheSamePolicy) {
  const auto contract = contract_from(kContract);
  auto toolchain = local_toolchain();
  for (unsigned seed = 0; seed < 150; ++seed) {
    const Policy policy = RandomPolicy(seed).make();
    const auto findings = check(policy, contract);
    ASSERT_TRUE(findings.empty()) << seed << ": " << findings[0].message << "\n" << emit(policy);
    auto screened = toolchain->screen(contract, {emit(policy)});
    ASSERT_TRUE(screened.has_value());
    ASSERT_TRUE(screened->has_value()) << seed << ": " << words_of(screened->error()) << "\n" << emit(policy);
    ASSERT_EQ((*screened)->ast_digest(), digest(policy)) << seed << ":\n" << emit(policy) << "---\n" << (*screened)->text();
  }
}

TEST(Emit, GivesOnePlaceForEachLine) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Policy policy = RandomPolicy(seed).make();
    const std::string text = emit(policy);
    EXPECT_EQ(emitted_places(policy).size(), static_cast<std::size_t>(std::ranges::count(text, '\n')));
  }
}

TEST(Emit, KeepsTheCandidatesLinesAsPlaces) {
  auto screened = local_toolchain()->screen(contract_from(kContract), {"// one\n// two\n\ni64 decide(const Pair& pair,\n"
                                                                       "    State& state) {\n\n  i64 x = 1;\n  return x;\n}\n"});
  ASSERT_TRUE(screened && *screened);
  const auto places = emitted_places((*screened)->policy());
  ASSERT_EQ(places.size(), 4u);
  EXPECT_EQ(places[0].line, 4);
  EXPECT_EQ(places[1].line, 7);
  EXPECT_EQ(places[2].line, 8);
}

TEST(Emit, ReadsAsAPersonWouldWriteIt) {
  auto screened = local_toolchain()->screen(
      contract_from(kContract),
      {"i64 decide(const Pair& pair, State& state) {\n  if (pair.left>3&&(pair.right<2||!true)) { state.slots[1]++; }\n"
       "  else if (pair.left) return -1; else return ((1+2)*3-(4-5))%6+(1LL<<3);\n  return pair.left?1:pair.right;}\n"});
  ASSERT_TRUE(screened && *screened);
  EXPECT_EQ((*screened)->text(),
            "i64 decide(const Pair& pair, State& state) {\n"
            "  if (pair.left > 3 && (pair.right < 2 || !true)) {\n"
            "    state.slots[1] += 1;\n"
            "  } else if (bool(pair.left)) {\n"
            "    return -1;\n"
            "  } else {\n"
            "    return ((1LL + 2) * 3 - (4LL - 5)) % 6 + (1LL << 3);\n"
            "  }\n"
            "  return bool(pair.left) ? 1 : pair.right;\n"
            "}\n");
}

}  // namespace
}  // namespace assay::verify
