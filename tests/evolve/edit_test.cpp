#include "evolve/edit.h"

#include <fstream>

#include "evolve/completion.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

const std::string kParent =
    "i64 priority(const Object& object) {\n"
    "  i64 base = object.last_access;\n"
    "  if (object.hits > 3) {\n"
    "    base = sat_add(base, 10);\n"
    "  }\n"
    "  if (object.size > 3) {\n"
    "    base = sat_add(base, 10);\n"
    "  }\n"
    "  return base;\n"
    "}\n";

std::string block(const std::string& search, const std::string& replace) {
  return "<<<<<<< SEARCH\n" + search + "=======\n" + replace + ">>>>>>> REPLACE\n";
}
Proposed read(const std::string& answer) {
  auto reading = read_answer(answer, kParent);
  EXPECT_TRUE(reading) << (reading ? "" : reading.error().detail);
  return reading.value_or(Proposed{});
}
std::string failure(const std::string& answer, const std::string& parent = kParent) {
  auto reading = read_answer(answer, parent);
  EXPECT_FALSE(reading) << reading.value_or(Proposed{}).text;
  if (reading) return "";
  EXPECT_EQ(name_of(reading.error().kind), "edit_failed");
  return reading.error().detail;
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST(Edit, OneBlockChangesItsLinesAndNothingElse) {
  auto reading = read("The hits count more.\n```cpp\n" + block("  if (object.hits > 3) {\n", "  if (object.hits > 4) {\n") + "```\n");
  std::string wanted = kParent;
  wanted.replace(wanted.find("hits > 3"), 8, "hits > 4");
  EXPECT_EQ(reading.text, wanted);
  EXPECT_EQ(reading.operation, "diff (1 block)");
}

TEST(Edit, BlocksApplyToTheParentInAnyOrderAlsoOutsideOfAFence) {
  auto reading = read(block("  return base;\n", "  return base + 1;\n") + "and\n" + block("  i64 base = object.last_access;\n", "  i64 base = 0;\n"));
  EXPECT_TRUE(has(reading.text, "i64 base = 0;\n  if (object.hits"));
  EXPECT_TRUE(has(reading.text, "return base + 1;\n}\n"));
  EXPECT_EQ(reading.operation, "diff (2 blocks)");
}

TEST(Edit, AnEmptyReplacementTakesLinesOut) {
  auto reading = read(block("  if (object.size > 3) {\n    base = sat_add(base, 10);\n  }\n", ""));
  EXPECT_FALSE(has(reading.text, "size"));
  EXPECT_TRUE(has(reading.text, "  }\n  return base;\n}\n"));
}

TEST(Edit, LineEndsAndTrailingBlanksDoNotCount) {
  auto reading = read("<<<<<<< SEARCH  \r\n  return base; \t\r\n=======\r\n  return 1;\r\n>>>>>>> REPLACE\r\n");
  EXPECT_TRUE(has(reading.text, "  return 1;\n}\n"));
  EXPECT_FALSE(has(reading.text, "\r"));
}

TEST(Edit, IndentationCounts) {
  auto why = failure(block("return base;\n", "return 1;\n"));
  EXPECT_TRUE(has(why, "edit block 1 of 1 (line 1 of the answer)")) << why;
  EXPECT_TRUE(has(why, "the nearest line is 9: `  return base;`, where SEARCH has `return base;`")) << why;
}

TEST(Edit, ATextThatIsNotThereIsAFailureThatNamesTheNearestLine) {
  auto why = failure("x\n" + block("  return base;\n", "  return 1;\n") + block("  i64 base = object.last_acces;\n", ""));
  EXPECT_TRUE(has(why, "edit block 2 of 2 (line 7 of the answer): its SEARCH text is not in the first policy")) << why;
  EXPECT_TRUE(has(why, "the nearest line is 2: `  i64 base = object.last_access;`")) << why;
  why = failure(block("  if (object.hits > 3) {\n    base = sat_add(base, 11);\n", ""));
  EXPECT_TRUE(has(why, "it matches from line 3 on, but line 4 is `    base = sat_add(base, 10);`, where SEARCH has `    base = sat_add(base, 11);`")) << why;
  why = failure(block("  return base;\n}\n}\n", ""));
  EXPECT_TRUE(has(why, "goes on where the policy ends")) << why;
}

TEST(Edit, ATextThatStandsTwiceIsAFailureThatSaysWhere) {
  auto why = failure(block("    base = sat_add(base, 10);\n", "    base = 0;\n"));
  EXPECT_TRUE(has(why, "stands 2 times in the first policy, on lines 4 and 7;")) << why;
}

TEST(Edit, BlocksThatOverlapAreAFailure) {
  auto why = failure(block("  if (object.size > 3) {\n    base = sat_add(base, 10);\n", "") + block("  if (object.size > 3) {\n", "  {\n"));
  EXPECT_TRUE(has(why, "overlaps with block 1 on line 6") || has(why, "overlaps with block 2 on line 6")) << why;
  why = failure(block("  return base;\n", "  return 1;\n") + block("  return base;\n", "  return 2;\n"));
  EXPECT_TRUE(has(why, "overlaps")) << why;
}

TEST(Edit, WhatChangesNothingIsAFailureAndNeverASilentOne) {
  EXPECT_TRUE(has(failure(block("  return base;\n", "  return base;\n")), "nothing changes"));
  EXPECT_TRUE(has(failure(block("  return base;\n", "  return base;  \r\n")), "nothing changes"));
  EXPECT_TRUE(has(failure(block("", "  return base;\n")), "its SEARCH text is empty"));
  EXPECT_TRUE(has(failure(block(" \n\n", "  return base;\n")), "its SEARCH text is empty"));
}

TEST(Edit, APolicyAndEditsTogetherAreAFailure) {
  auto why = failure("```cpp\n" + kParent + "```\nor\n" + block("  return base;\n", "  return 1;\n"));
  EXPECT_TRUE(has(why, "a whole policy and edits as well (1 block, the first on line 14)")) << why;
  EXPECT_TRUE(has(failure(block("  return base;\n", "  return 1;\n") + kParent), "a whole policy and edits as well"));
}

TEST(Edit, AQuotedLineBesideTheEditsIsNoPolicy) {
  EXPECT_TRUE(has(read("I change\n```cpp\n  return base;\n```\nto one:\n" + block("  return base;\n", "  return 1;\n")).text, "return 1;"));
}

TEST(Edit, MalformedBlocksAreFailuresThatNameTheLine) {
  EXPECT_TRUE(has(failure("<<<<<<< SEARCH\n  return base;\n=======\n  return 1;\n"), "has no end"));
  EXPECT_TRUE(has(failure("<<<<<<< SEARCH\n  return base;\n>>>>>>> REPLACE\n"), "line 3 of the answer: the block that began on line 1 has no ======="));
  EXPECT_TRUE(has(failure("a\n>>>>>>> REPLACE\n"), "line 2 of the answer: a REPLACE marker without"));
  EXPECT_TRUE(has(failure("<<<<<<< SEARCH\na\n<<<<<<< SEARCH\n"), "line 3 of the answer: a SEARCH marker inside"));
  EXPECT_TRUE(has(failure("<<<<<<< SEARCH\na\n=======\nb\n=======\n>>>>>>> REPLACE\n"), "a second ======="));
  EXPECT_TRUE(has(failure("<<<<<<< SEARCH evaluators/cache/scorer.cpp\na\n=======\nb\n>>>>>>> REPLACE\n"), "without a SEARCH marker"));
  EXPECT_TRUE(has(failure(block("  return base;\n", "  return 1;\n"), ""), "there is no policy to edit"));
  std::string many;
  for (int i = 0; i < 100; ++i) many += block("  return base;\n", "  return 1;\n");
  EXPECT_TRUE(has(failure(many), "more than 64 edit blocks"));
}

TEST(Edit, ALineOfEqualsSignsInTheProseIsNoMarker) {
  EXPECT_TRUE(has(read("Why\n=======\n" + block("  return base;\n", "  return 1;\n")).text, "return 1;"));
}

TEST(Edit, AnEditOfTheHarnessEndsTyped) {
  std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/attacks/diff_edits_outside_region.md");
  const std::string answer(std::istreambuf_iterator<char>(in), {});
  ASSERT_FALSE(answer.empty());
  EXPECT_TRUE(has(failure(answer), "a whole policy and edits as well"));
  EXPECT_TRUE(has(failure(block("    ++counts.misses;\n", "")), "is not in the first policy"));
}

TEST(Edit, LongLinesAndHugeBlocksAreHandledInBoundedTime) {
  const std::string wide(1 << 20, 'a');
  EXPECT_TRUE(has(failure(block(wide + "\n", "")), "the nearest line"));
  std::string tall;
  for (int i = 0; i < 200'000; ++i) tall += "  return base;\n";
  EXPECT_LT(failure(block(tall, "")).size(), 1000u);
}

TEST(Edit, AnAnswerWithoutMarkersIsARewriteOrNothing) {
  EXPECT_EQ(read("```cpp\n" + kParent + "```\n").text, kParent);
  EXPECT_EQ(read("```cpp\n" + kParent + "```\n").operation, "rewrite");
  auto none = read_answer("I cannot.", kParent);
  ASSERT_FALSE(none);
  EXPECT_EQ(name_of(none.error().kind), "no_completion");
}

TEST(TakeAnswer, ARewriteOfTwoParentsIsACrossoverAndAFailedEditKeepsWhatItWanted) {
  Proposal proposal;
  proposal.parents = {{0, nullptr}, {1, nullptr}};
  Completion crossed;
  take_answer(crossed, proposal, "```cpp\n" + kParent + "```\n");
  EXPECT_EQ(crossed.operation, "crossover");
  EXPECT_EQ(crossed.text, kParent);
  Completion failed;
  const std::string wanted = block("  return base;\n", "  return 1;\n");
  take_answer(failed, proposal, "So:\n" + wanted + "Thanks");
  EXPECT_EQ(name_of(failed.outcome.kind), "edit_failed");
  EXPECT_EQ(failed.text, wanted.substr(0, wanted.size() - 1));
  auto back = completion_from_json(to_json(failed));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(name_of(back->outcome.kind), "edit_failed");
  EXPECT_EQ(back->outcome.detail, failed.outcome.detail);
}

}  // namespace
}  // namespace assay::evolve
