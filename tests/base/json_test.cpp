#include "base/json.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/outcome.h"

namespace assay {
namespace {

TEST(Json, AnErrorNamesTheFileAndTheLine) {
  auto json = parse_json("{\n  \"a\": 1,\n  oops\n}", "task.json");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().what.rfind("task.json:3:", 0), 0u) << json.error().what;
}

TEST(Json, ANumberBeyondDoubleIsAnError) {
  auto json = parse_json("[1e999]", "task.json");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().what.rfind("task.json:1: not JSON", 0), 0u) << json.error().what;
}

TEST(Json, NestingThatWouldExhaustTheStackIsAnError) {
  auto json = parse_json("\n" + std::string(1'000'000, '['), "task.json");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().what, "task.json:2: JSON nested deeper than 2000");
  EXPECT_TRUE(parse_json(std::string(2000, '[') + "\"[[\\\"[\"" + std::string(2000, ']'), "x"));
}

TEST(Json, AMissingMemberIsNamed) {
  auto value = member<int>(Json{{"a", 1}}, "b", "task.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().what, "task.json: \"b\" is missing");
}

TEST(Json, AWrongTypeIsAnErrorEvenWhereThereIsADefault) {
  EXPECT_EQ(member_or<int>(Json{{"a", 1}}, "b", 7, "x").value(), 7);
  EXPECT_FALSE(member_or<int>(Json{{"b", "text"}}, "b", 7, "x"));
}

TEST(Json, ANumberIsTakenOnlyWhereItFits) {
  const Json json{{"yes", true}, {"half", 1.5}, {"minus", -1}, {"large", 1ull << 40}, {"list", {1, -1}}, {"map", {{"a", 0.5}}}};
  EXPECT_FALSE(member<std::uint64_t>(json, "yes", "x"));
  EXPECT_FALSE(member<int>(json, "half", "x"));
  EXPECT_FALSE(member<std::uint64_t>(json, "minus", "x"));
  EXPECT_FALSE(member<int>(json, "large", "x"));
  EXPECT_FALSE(member<double>(json, "yes", "x"));
  EXPECT_FALSE(member<std::vector<std::uint64_t>>(json, "list", "x"));
  EXPECT_FALSE((member<std::map<std::string, std::uint64_t>>(json, "map", "x")));
  EXPECT_EQ(member<double>(json, "minus", "x").value(), -1.0);
  EXPECT_EQ(member<std::vector<int>>(json, "list", "x").value(), (std::vector{1, -1}));
}

TEST(Json, AMemberOfSomethingThatIsNoObjectIsAnError) {
  EXPECT_FALSE(member<int>(Json::array(), "a", "x"));
  EXPECT_FALSE(member_or<int>(Json(3), "a", 1, "x"));
}

TEST(OutcomeNames, EveryKindReadsBack) {
  for (int i = 0; i <= static_cast<int>(OutcomeKind::edit_failed); ++i) {
    auto kind = static_cast<OutcomeKind>(i);
    EXPECT_EQ(outcome_kind_named(name_of(kind)), kind);
  }
  EXPECT_FALSE(outcome_kind_named("fine"));
}

}  // namespace
}  // namespace assay
