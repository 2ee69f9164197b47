// What the matrix says of scores that are given, and how it says it.

#include "cli/matrix/matrix.h"

#include <gtest/gtest.h>

#include "cli/matrix/subjects.h"
#include "tests/cli/run_program.h"

namespace assay::cli {
namespace {

MatrixRow row(const std::string& name, const std::string& kind, const std::vector<double>& values, std::vector<bool> found = {}) {
  MatrixRow made{name, kind, "", {}, {}, std::move(found)};
  for (double value : values) made.cells.push_back({{}, value});
  return made;
}

Matrix small() {
  Matrix matrix{"t", "miss_ratio", true, {{"a", "a.csv"}, {"b", "b.csv"}, {"c", "c.csv"}}, {}, {}};
  matrix.rows = {row("mine", "champion", {0.3, 0.5, 0.4}, {true, false, false}), row("lru", "native", {0.5, 0.4, 0.4}), row("sieve", "contract", {0.4, 0.6, 0.5}),
                 row("belady", "oracle", {0.1, 0.1, 0.1})};
  return matrix;
}

TEST(Matrix, AnOracleIsNoRivalAndAnEqualBaselineIsNotBeaten) {
  const Matrix matrix = small();
  EXPECT_EQ(best_row(matrix, 0, false), 0u);
  EXPECT_EQ(best_row(matrix, 0, true), 2u);
  EXPECT_EQ(best_row(matrix, 1, false), 1u);
  const Wins wins = wins_of(matrix, matrix.rows[0]);
  EXPECT_EQ(wins.columns, 1u) << "c is a draw";
  EXPECT_EQ(wins.of, 3u);
  EXPECT_EQ(wins.elsewhere, 0u) << "it wins only where it was found";
  EXPECT_EQ(wins.elsewhere_of, 2u);
}

TEST(Matrix, WhereLargerIsBetterTheLargestIsBest) {
  Matrix matrix = small();
  matrix.minimise = false;
  EXPECT_EQ(best_row(matrix, 0, true), 1u);
  EXPECT_EQ(wins_of(matrix, matrix.rows[0]).columns, 0u);
}

TEST(Matrix, AFailureIsAFindingAndNoWin) {
  Matrix matrix = small();
  EXPECT_FALSE(matrix.failed());
  matrix.rows[0].cells[0] = {{OutcomeKind::timeout, "slow", {}}, std::nullopt};
  EXPECT_TRUE(matrix.failed());
  EXPECT_EQ(wins_of(matrix, matrix.rows[0]).columns, 0u);
  EXPECT_EQ(wins_of(matrix, matrix.rows[0]).of, 3u) << "it does not fall out of the share";
  EXPECT_NE(matrix_text(matrix).find("timeout"), std::string::npos);
  EXPECT_EQ(to_json(matrix)["rows"][0]["cells"][0]["outcome"]["kind"], "timeout");
}

TEST(Matrix, MarksBestBestBaselineAndWhereItWasFound) {
  const std::string text = matrix_text(small());
  EXPECT_NE(text.find("0.3000*@"), std::string::npos) << text;
  EXPECT_NE(text.find("0.4000+"), std::string::npos) << text;
  EXPECT_NE(text.find("mine: 1 of 3 (33 %), 0 of 2 (0 %) where it was not found"), std::string::npos) << text;
  const Json json = to_json(small());
  EXPECT_EQ(json["rows"][0]["found_on"], Json::array({"a"}));
  EXPECT_EQ(json["columns"][1]["best"], "lru");
  EXPECT_EQ(json["columns"][1]["best_baseline"], "lru");
}

TEST(Matrix, NothingHostileReachesThePageAsMarkup) {
  Matrix matrix = small();
  const std::string hostile = "</td><script>alert(1)</script>\xE2\x80\xAE";
  matrix.task = matrix.objective = matrix.rows[0].name = matrix.rows[0].kind = matrix.columns[0].name = hostile;
  matrix.missing_layers = {hostile};
  const std::string page = matrix_html(matrix);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
}

/// With a task of its own: two baselines and one trace.
class MatrixProgram : public RunsPrograms {
 protected:
  MatrixProgram() {
    const fs::path from = fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues", to = folder_ / "small";
    fs::create_directories(to / "baselines");
    fs::copy(from / "policy.h", to);
    fs::copy(from / "prompt.md", to);
    for (const char* name : {"fifo", "lru"}) fs::copy(from / "baselines" / (std::string(name) + ".cpp"), to / "baselines");
    std::string ids;
    for (int i = 0; i < 400; ++i) ids += std::to_string(i * i % 37) + "\n";
    file("small/ids.txt", ids);
    Json json{{"domain", "cache"}, {"objective", "miss_ratio"}, {"direction", "minimise"}, {"native_baselines", {"lru"}}};
    for (const char* split : {"train", "validation", "holdout"})
      json["instances"][split] = Json::array({{{"name", std::string(split) + "-1"}, {"trace", "ids.txt"}, {"format", "ids"}, {"capacity", {{"objects", split[0] == 't' ? 4 : 8}}}, {"size_aware", false}}});
    file("small/task.json", json.dump());
  }
  std::string task() const { return (folder_ / "small").string(); }
  std::string policy(const std::string& name) const { return (folder_ / "small/baselines" / (name + ".cpp")).string(); }
};

TEST_F(MatrixProgram, PoliciesRunOnEveryTraceAndSizeBesideAllBaselines) {
  auto one = file("one.txt", *read_file(folder_ / "small/ids.txt")), two = file("two.txt", "1\n2\n1\n3\n1\n2\n3\n4\n5\n1\n");
  auto page = (folder_ / "m.html").string();
  auto done = run({"matrix", task(), "--policies", policy("lru"), "--traces", one, two, "--capacity", "2", "3", "--json", "--html", page});
  NEEDS_JAIL(done);
  ASSERT_EQ(done.code, 0) << done.err;
  const Json json = done.json();
  ASSERT_EQ(json["columns"].size(), 4u);
  EXPECT_EQ(json["columns"][3]["name"], "two.txt 3");
  std::map<std::string, Json> rows;
  for (const Json& each : json["rows"]) rows[each["kind"].get<std::string>() + " " + each["name"].get<std::string>()] = each;
  for (const char* name : {"policy lru", "native lru", "contract lru", "native arc", "oracle belady"}) ASSERT_TRUE(rows.contains(name)) << name;
  EXPECT_EQ(rows["policy lru"]["cells"], rows["native lru"]["cells"]) << "the same policy, by the jail and by the reference";
  EXPECT_EQ(rows["policy lru"]["beats_all_baselines"]["columns"], 0);
  EXPECT_NE(done.err.find("column 4 of 4"), std::string::npos) << done.err;
  EXPECT_TRUE(fs::exists(page));
}

TEST_F(MatrixProgram, ARefusedPolicyIsAFindingAndTheOthersAreShown) {
  auto trace = file("t.txt", "1\n2\n1\n3\n"), bad = file("bad.cpp", "int main() { return 0; }\n");
  auto done = run({"matrix", task(), "--policies", bad, policy("fifo"), "--traces", trace, "--capacity", "2", "--json"});
  NEEDS_JAIL(done);
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_EQ(done.json()["rows"][0]["outcome"]["kind"], "refused");
  EXPECT_EQ(done.json()["rows"][1]["cells"].size(), 1u);
}

TEST_F(MatrixProgram, WrongUsageIsNamed) {
  auto trace = file("t.txt", "1\n2\n");
  EXPECT_EQ(run({"matrix", task(), "--traces", trace}).code, 2);
  EXPECT_EQ(run({"matrix", task(), "--policies", policy("lru")}).code, 2);
  EXPECT_EQ(run({"matrix", task(), "--policies", policy("lru"), "--traces", trace, "--split", "holdout"}).code, 2);
  EXPECT_EQ(run({"matrix", task(), "--policies", policy("lru"), "--traces", trace, "--capacity", "0"}).code, 2);
  auto nothing = run({"matrix", task(), "--campaigns", (folder_ / "none").string(), "--split", "holdout", "--json"});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_TRUE(nothing.json().contains("error"));
}

TEST_F(MatrixProgram, ACampaignsPolicyIsMarkedWhereItWasFoundAndItsTaskGivesTheSplit) {
  auto out = (folder_ / "found").string();
  auto campaign = run({"run", task(), "--budget", "candidates=3", "--out", out, "--threads", "1"});
  NEEDS_JAIL(campaign);
  ASSERT_TRUE(campaign.code == 0 || campaign.code == 1) << campaign.err;
  auto other = file("other.txt", "1\n2\n1\n3\n1\n");
  const std::string own = file("copy.txt", *read_file(folder_ / "small/ids.txt"));
  auto traces = run({"matrix", task(), "--campaigns", out, "--traces", own, other, "--capacity", "2", "--json"});
  ASSERT_EQ(traces.code, 0) << traces.err;
  EXPECT_EQ(traces.json()["rows"][0]["found_on"], Json::array({"copy.txt 2"})) << "the copy has the same bytes";
  auto split = run({"matrix", task(), "--campaigns", out, "--split", "holdout", "--json"});
  ASSERT_EQ(split.code, 0) << split.err;
  EXPECT_EQ(split.json()["columns"][0]["name"], "holdout-1");
  EXPECT_EQ(split.json()["rows"][0]["found_on"], Json::array({"holdout-1"})) << "another size of the trace it trained on";
  file("small/ids.txt", "1\n2\n");
  auto changed = run({"matrix", task(), "--campaigns", out, "--split", "holdout"});
  EXPECT_EQ(changed.code, 2);
  EXPECT_NE(changed.err.find("is not what the campaign trained on"), std::string::npos) << changed.err;
  auto stranger = run({"matrix", (fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache").string(), "--campaigns", out, "--split", "holdout"});
  EXPECT_EQ(stranger.code, 2);
  EXPECT_NE(stranger.err.find("another policy.h"), std::string::npos) << stranger.err;
}

TEST_F(MatrixProgram, TheSameBytesAreTheSameTrace) {
  FileDigests files;
  auto a = file("a", "1\n2\n"), b = file("b", "1\n2\n"), c = file("c", "1\n3\n");
  EXPECT_TRUE(files.same(a, b));
  EXPECT_FALSE(files.same(a, c));
  EXPECT_FALSE(files.same(a, folder_ / "none"));
  EXPECT_FALSE(files.same("", ""));
}

}  // namespace
}  // namespace assay::cli
