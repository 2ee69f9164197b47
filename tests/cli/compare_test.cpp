// Campaigns side by side: groups, intervals, worst slices, and budgets that are not equal.

#include "cli/report/compare.h"

#include <gtest/gtest.h>

#include "tests/cli/run_program.h"
#include "tests/evolve/task_folder.h"

namespace assay::cli {
namespace {

/// An ended campaign whose champion has `holdout` on two instances; the best baselines there have 0.4 and 0.2.
Measured campaign(const std::string& folder, const std::string& provider, std::uint64_t seed, std::pair<double, double> holdout, std::uint64_t evaluations = 20) {
  ReportData data;
  data.task = "t";
  data.objective = "miss_ratio";
  data.provider = provider;
  data.seed = seed;
  data.ended = true;
  data.search = {{"strategy", "islands"}, {"window", 8}};
  data.digests["archive head"] = folder;
  data.instances = {{"h1", "holdout", "d1"}, {"h2", "holdout", "d2"}};
  auto row = [](const std::string& name, const std::string& kind, double one, double two) {
    return ReportRow{name, kind, {{"h1", {"h1", one, {}}}, {"h2", {"h2", two, {}}}}, ""};
  };
  data.rows = {row("candidate 1", "champion", holdout.first, holdout.second), row("lru", "native", 0.4, 0.5), row("sieve", "contract", 0.5, 0.2), row("belady", "oracle", 0.1, 0.1)};
  data.champion = ReportChampion{};
  data.champion->certified = true;
  data.tries.candidates = evaluations;
  return {folder, std::move(data)};
}

Comparison compared(const std::vector<Measured>& campaigns) {
  auto comparison = compare(campaigns);
  EXPECT_TRUE(comparison) << comparison.error().what;
  return comparison ? std::move(*comparison) : Comparison{};
}

TEST(Spread, IsStudentsTOverTheValuesAndNothingOfOne) {
  EXPECT_FALSE(spread_of({0.5}).half);
  const Spread three = spread_of({1, 2, 3});
  EXPECT_DOUBLE_EQ(three.mean, 2);
  EXPECT_NEAR(*three.half, 4.303 / std::sqrt(3.0), 1e-3);  // s = 1
  std::vector<double> many;
  for (int i = 0; i < 61; ++i) many.push_back(i % 2 ? 1 : -1);
  EXPECT_NEAR(*spread_of(many).half, 2.0003 * std::sqrt(61.0 / 60 * (1 - 1.0 / 3721) / 61), 1e-3);  // t of 60 degrees is 2.0003
  EXPECT_EQ(spread_words(spread_of({0.5})), "one seed: no interval");
}

TEST(Compare, GroupsByProviderStrategyAndSettingsAndOrdersThem) {
  auto tuned = campaign("d", "exec", 1, {0.2, 0.2});
  tuned.data.search["repair"] = 2;
  auto elsewhere = campaign("e", "exec", 2, {0.3, 0.2});
  elsewhere.data.provider_settings = {{"folder", "/somewhere"}};
  const Comparison comparison = compared({campaign("a", "mutate", 1, {0.4, 0.4}), campaign("b", "mutate", 2, {0.5, 0.5}), campaign("c", "exec", 1, {0.3, 0.3}), tuned, elsewhere});
  ASSERT_EQ(comparison.contestants.size(), 3u) << "a folder is no setting";
  EXPECT_EQ(comparison.contestants[0].name, "exec, islands, repair=2");
  EXPECT_EQ(comparison.contestants[1].name, "exec, islands, repair not set");
  EXPECT_EQ(comparison.contestants[1].seeds, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(comparison.contestants[2].name, "mutate, islands");
  EXPECT_DOUBLE_EQ(comparison.contestants[2].holdout.mean, 0.45);
  EXPECT_TRUE(comparison.unequal.empty());
  EXPECT_EQ(comparison.best_baseline, "sieve");
  const std::string text = comparison_text(comparison);
  EXPECT_NE(text.find("At equal budget: 20 evaluations each"), std::string::npos) << text;
  EXPECT_NE(text.find("one seed: no interval"), std::string::npos) << text;
  EXPECT_NE(text.find("2 seeds"), std::string::npos) << text;
}

TEST(Compare, TheWorstSliceIsAgainstTheBestBaselineThere) {
  const Comparison comparison = compared({campaign("a", "mutate", 1, {0.1, 0.3}), campaign("b", "mutate", 2, {0.39, 0.1})});
  const Contestant& only = comparison.contestants.at(0);
  ASSERT_TRUE(only.worst);
  EXPECT_EQ(only.worst->instance, "h2");
  EXPECT_EQ(only.worst->baseline, "sieve");
  EXPECT_DOUBLE_EQ(only.worst->loss_ratio, 1.5);
  EXPECT_EQ(only.lost_slices, 1u);
  EXPECT_EQ(only.slices, 4u);
}

TEST(Compare, WhereLargerIsBetterASmallerObjectiveIsTheWorseSlice) {
  auto one = campaign("a", "mutate", 1, {0.2, 0.6});
  one.data.minimise = false;
  const Comparison comparison = compared({one});
  EXPECT_EQ(comparison.contestants.at(0).worst->instance, "h1");
  EXPECT_DOUBLE_EQ(comparison.contestants.at(0).worst->loss_ratio, 2.5) << "0.5 of sieve to 0.2";
}

TEST(Compare, RefusesToCallUnequalBudgetsEqual) {
  auto repaired = campaign("b", "exec", 1, {0.3, 0.3}, 20);
  repaired.data.tries.repairs = 3;
  const Comparison comparison = compared({campaign("a", "mutate", 1, {0.4, 0.4}, 20), repaired});
  ASSERT_EQ(comparison.unequal.size(), 1u);
  EXPECT_NE(comparison.unequal[0].find("b had 23 evaluations, a had 20"), std::string::npos) << comparison.unequal[0];
  EXPECT_NE(comparison_text(comparison).find("NOT at equal budget"), std::string::npos);
  EXPECT_EQ(comparison_text(comparison).find("At equal budget"), std::string::npos);
  EXPECT_EQ(comparison_html(comparison).find("At equal budget"), std::string::npos);
  EXPECT_EQ(to_json(comparison)["equal_budget"], false);
}

TEST(Compare, BestOfNIsAsGoodAsItsN) {
  auto search = campaign("a", "exec", 1, {0.4, 0.4}), best = campaign("b", "exec", 1, {0.4, 0.4});
  best.data.search["strategy"] = "best_of_n";
  search.data.completions = best.data.completions = 20;
  EXPECT_TRUE(compared({search, best}).unequal.empty());
  best.data.completions = 19;  // one call brought no answer
  EXPECT_EQ(compared({search, best}).unequal.size(), 1u);
  EXPECT_TRUE(compared({search, campaign("c", "mutate", 1, {0.4, 0.4})}).unequal.empty()) << "no model, no answers";
}

TEST(Compare, WhatHasNotEndedIsLeftOutAndSaid) {
  auto running = campaign("b", "exec", 1, {0.3, 0.3});
  running.data.ended = false;
  const Comparison comparison = compared({campaign("a", "mutate", 1, {0.4, 0.4}), running});
  EXPECT_EQ(comparison.contestants.size(), 1u);
  ASSERT_EQ(comparison.unequal.size(), 1u);
  EXPECT_NE(comparison.unequal[0].find("assay resume b"), std::string::npos);
}

TEST(Compare, OtherTasksOtherInstancesAndTheSameCampaignTwiceAreErrors) {
  const auto a = campaign("a", "mutate", 1, {0.4, 0.4});
  auto b = campaign("b", "mutate", 2, {0.4, 0.4});
  b.data.instances[1].digest = "other";
  auto other = compare({a, b});
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().what.find("instance h2"), std::string::npos) << other.error().what;
  auto twice = campaign("c", "mutate", 1, {0.4, 0.4});
  twice.data.digests["archive head"] = "a";
  auto same = compare({a, twice});
  ASSERT_FALSE(same);
  EXPECT_NE(same.error().what.find("the same campaign"), std::string::npos);
}

TEST(Compare, NothingHostileReachesThePageAsMarkup) {
  const std::string hostile = "<script>alert(1)</script>";
  auto bad = campaign(hostile, hostile, 1, {0.4, 0.4});
  bad.data.task = bad.data.objective = bad.data.instances[0].name = hostile;
  bad.data.rows[0].scores[hostile] = {hostile, 0.9, {}};
  bad.data.rows[1].name = hostile;
  bad.data.rows[1].scores[hostile] = {hostile, 0.1, {}};
  bad.data.rows[2].scores[hostile] = {hostile, 0.2, {}};
  bad.data.search["strategy"] = hostile;
  bad.data.stage_ns[hostile] = 5;
  auto running = campaign(hostile + "2", "x", 2, {0.4, 0.4});
  running.data.ended = false;
  const std::string page = comparison_page(compared({bad, running}));
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
}

class EqualBudget : public RunsPrograms {
 protected:
  /// Answers with the task's own sieve, or at every third call with nonsense that a repair mends.
  std::string model() {
    const std::string sieve = (fs::path(task()) / "baselines/sieve.cpp").string();
    return "sh " + file("model.sh", "cat > /dev/null\necho '```cpp'\ncat " + sieve + "\necho '```'\n");
  }
  std::string task() {
    if (task_.empty()) task_ = evolve::make_task(folder_, {"fifo", "sieve"});
    return task_.string();
  }

 private:
  fs::path task_;
};

TEST_F(EqualBudget, TheRivalsHaveAsManyEvaluationsAndTheSameSeedAndStandBeside) {
  const std::string out = (folder_ / "c").string();
  auto done = run({"run", task(), "--provider", "exec", "--set", "command=" + model(), "--budget", "candidates=7", "--seed", "7", "--out", out, "--threads", "1", "--equal-budget", "--json"});
  NEEDS_JAIL(done);
  ASSERT_TRUE(done.code == 0 || done.code == 1) << done.err;
  const Json json = done.json();
  ASSERT_TRUE(json.contains("comparison")) << done.err;
  EXPECT_EQ(json["comparison"]["equal_budget"], true) << json["comparison"].dump();
  ASSERT_EQ(json["comparison"]["groups"].size(), 3u);
  for (const Json& group : json["comparison"]["groups"]) {
    EXPECT_EQ(group["seeds"], Json::array({7}));
    EXPECT_EQ(group["evaluations"], json["tries"]["evaluations"]);
  }
  EXPECT_TRUE(fs::exists(folder_ / "c/equal/mutate/archive.sqlite"));
  EXPECT_EQ(run({"report", out + "/equal/best_of_n", "--json"}).json()["strategy"], "best_of_n");
  EXPECT_NE(read_file(folder_ / "c/report.html")->find("At equal budget"), std::string::npos);
  // A kill between them: what is gone is made again, what is there is kept.
  fs::remove_all(folder_ / "c/equal/mutate");
  const auto kept = run({"report", out + "/equal/best_of_n", "--json"}).json()["digests"]["archive head"];
  auto resumed = run({"resume", out, "--json"});
  EXPECT_EQ(resumed.json()["comparison"]["groups"].size(), 3u) << resumed.err;
  EXPECT_EQ(run({"report", out + "/equal/best_of_n", "--json"}).json()["digests"]["archive head"], kept);
  // Another campaign with another budget is not called equal.
  auto more = run({"run", task(), "--budget", "candidates=6", "--out", (folder_ / "d").string(), "--threads", "1"});
  ASSERT_TRUE(more.code == 0 || more.code == 1) << more.err;
  auto both = run({"report", out, (folder_ / "d").string()});
  EXPECT_EQ(both.code, 1) << both.err;
  EXPECT_NE(both.out.find("NOT at equal budget"), std::string::npos) << both.out;
}

}  // namespace
}  // namespace assay::cli
