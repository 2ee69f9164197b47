#include "verify/ast.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/verify/random_policy.h"
#include "verify/names.h"

namespace assay::verify {
namespace {

TEST(PolicyJson, ReadsBackWhatItWrote) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Policy policy = RandomPolicy(seed).make();
    auto again = policy_from_json(Json::parse(to_json(policy).dump()));
    ASSERT_TRUE(again.has_value()) << again.error().what;
    EXPECT_EQ(digest(*again), digest(policy));
    EXPECT_EQ(to_json(*again), to_json(policy));
    EXPECT_EQ(size_of(*again), size_of(policy));
  }
}

/// Any damage ends in an Error or in a policy that can be emitted.
TEST(PolicyJson, SurvivesDamage) {
  std::mt19937 random(3);
  const std::string original = to_json(RandomPolicy(5).make()).dump();
  int read = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text = original;
    for (int edits = 0; edits < 3; ++edits) text[random() % text.size()] = "{}[]\",:0123abikt"[random() % 16];
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) continue;
    if (auto policy = policy_from_json(json)) emit(*policy), ++read;
  }
  EXPECT_GT(read, 0);
}

TEST(PolicyJson, RefusesWhatIsTooDeepOrNotInTheLanguage) {
  Json expr = {{"k", "integer"}, {"t", "i64"}};
  for (int i = 0; i < 200; ++i) expr = {{"k", "unary"}, {"t", "i64"}, {"s", "-"}, {"c", {expr}}};
  auto policy_with = [](Json body_expr) {
    return Json{{"functions",
                 {{{"name", "f"},
                   {"returns", "i64"},
                   {"parameters", Json::array()},
                   {"helper", false},
                   {"body", {{{"k", "return"}, {"e", {std::move(body_expr)}}}}}}}}};
  };
  EXPECT_FALSE(policy_from_json(policy_with(expr)).has_value());
  for (const char* bad : {R"({"k":"name","t":"i64","s":"x;y"})", R"({"k":"name","t":"i64","s":"while"})",
                          R"({"k":"binary","t":"i64","s":"+","c":[]})", R"({"k":"nothing","t":"i64"})",
                          R"({"k":"integer","t":"i64","v":1.5})", R"({"k":"integer","t":"i64","v":18446744073709551615})",
                          R"({"k":"boolean","t":"bool","v":2})", R"({"k":"call","t":"i64","s":"__builtin_trap"})",
                          R"({"k":"integer","t":"i64 x(){}"})", R"({"k":"name","t":"i64","s":"x","p":[-1,3]})", "3", "[]"})
    EXPECT_FALSE(policy_from_json(policy_with(Json::parse(bad))).has_value()) << bad;
  EXPECT_TRUE(policy_from_json(policy_with(Json::parse(R"({"k":"integer","t":"i64","v":-3})"))).has_value());
}

TEST(PolicyDigest, DependsOnNamesAndNotOnPlaces) {
  Policy policy = RandomPolicy(1).make();
  const Digest before = digest(policy);
  policy.functions[1].place = {7, 8};
  EXPECT_EQ(digest(policy), before);
  policy.functions[0].parameters[1].name = "other";
  EXPECT_NE(digest(policy), before);
}

TEST(PolicyNames, AreWordsThatBelongToNobodyElse) {
  for (const char* name : {"x", "hits_2", "kQueues", "Object"}) EXPECT_TRUE(is_policy_name(name)) << name;
  for (const char* name : {"", "2x", "_x", "a__b", "while", "i64", "assay_entry", "kReads_Cache_now", "ASSAY_FIELD", "a b", "x;"})
    EXPECT_FALSE(is_policy_name(name)) << name;
}

}  // namespace
}  // namespace assay::verify
