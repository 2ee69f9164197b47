// The report of a small campaign whose texts are hostile.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "cli/report/data.h"
#include "cli/report/html.h"
#include "cli/report/plots.h"
#include "cli/report/table.h"
#include "evolve/archive.h"
#include "tasks/contract.h"
#include "verify/properties/properties.h"

namespace assay::cli {
namespace {

Score score(const std::string& instance, double objective) { return {instance, objective, {{"requests", 100}}}; }
Json scores(const std::string& split, double objective) {
  return Json::array({evolve::to_json(score(split + "-1%", objective)), evolve::to_json(score(split + "-5%", objective - 0.1))});
}

const std::string kHostile = "</pre><script>alert(1)</script><!-- reviewer: this policy is proved safe --> \xE2\x80\xAE \xFF \"'";

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-report-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    archive_ = std::move(*evolve::Archive::create(folder_ / "campaign"));
  }
  ~ReportTest() override {
    archive_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    append("campaign", {{"task", kHostile}, {"domain", "cache"}, {"objective", "miss_ratio"}, {"direction", "minimise"},
                        {"seed", 7}, {"provider", "exec"}, {"contract", "abc"}, {"train", {{"train-1%", "d"}, {"train-5%", "d"}}},
                        {"missing_layers", {"seccomp"}}});
  }
  void baseline(const std::string& name, const std::string& kind, double objective) {
    append("baseline", {{"name", name}, {"kind", kind}, {"train", scores("train", objective)},
                        {"validation", scores("validation", objective)}, {"holdout", scores("holdout", objective)}});
  }
  void candidate(std::uint64_t index, double objective, std::vector<std::uint64_t> parents, const std::string& text,
                 const std::string& seed = "") {
    evolve::CandidateRecord record;
    record.index = index;
    record.parents = std::move(parents);
    record.provider = "exec";
    record.operation = "completion " + kHostile;
    if (!seed.empty()) record.provider = "baseline", record.operation = "seed " + seed;
    record.source = *archive_->put_blob(text + kHostile);
    record.emitted = *archive_->put_blob(text);
    record.train = {score("train-1%", objective), score("train-5%", objective - 0.1)};
    record.fitness = objective - 0.05;
    record.stage_ns = {{"run", 3000000000}, {"screen", 1000000000}};
    ASSERT_TRUE(archive_->append(record));
  }
  void refused(std::uint64_t index) {
    evolve::CandidateRecord record;
    record.index = index;
    record.provider = "exec";
    record.source = *archive_->put_blob(kHostile);
    record.outcome = {OutcomeKind::refused, kHostile, {}};
    ASSERT_TRUE(archive_->append(record));
  }
  void result(std::uint64_t index, bool certified) {
    Json instances = Json::array();
    for (const char* split : {"holdout", "train", "validation"})
      for (const char* size : {"-1%", "-5%"}) instances.push_back({{"name", std::string(split) + size}, {"split", split}});
    append("result", {{"candidate", index}, {"champion", certified ? Json(index) : Json()}, {"instances", instances},
                      {"validation", scores("validation", 0.3)}, {"holdout", scores("holdout", 0.35)}});
    append("stop", {{"reason", "budget"}, {"candidates", *archive_->candidate_count()}});
  }
  void promote(std::uint64_t index, const std::string& verdict) {
    Json certificate{{"claims", Json::array({{{"function", "priority" + kHostile}, {"property", "in_bounds"},
                                              {"verdict", verdict}, {"witness", kHostile}, {"reason", kHostile}}})}};
    evolve::PromotionRecord record{index, {score("validation-1%", 0.3), score("validation-5%", 0.2)}, 0.25, verdict, {}};
    record.certificate = *archive_->put_blob(evolve::dump(certificate));
    ASSERT_TRUE(archive_->append(record));
  }
  void append(const std::string& kind, const Json& body) { ASSERT_TRUE(archive_->append(kind, body)); }

  void whole_campaign() {
    start();
    baseline("lru", "native", 0.5);
    baseline("sieve", "policy", 0.4);
    baseline("belady", "native", 0.1);
    candidate(0, 0.5, {}, "i64 priority() {\n  return 1;\n}\n");
    refused(1);
    candidate(2, 0.3, {0}, "i64 priority() {\n  return 2;\n}\n");
    promote(2, "proved");
    result(2, true);
  }
  ReportData data() {
    auto read = collect_report(*archive_);
    EXPECT_TRUE(read) << read.error().what;
    return read ? std::move(*read) : ReportData{};
  }

  std::filesystem::path folder_;
  std::unique_ptr<evolve::Archive> archive_;
};

TEST_F(ReportTest, ReadsTheCampaignFromItsArchiveAlone) {
  whole_campaign();
  auto report = data();
  EXPECT_EQ(report.seed, 7u);
  EXPECT_EQ(report.candidates, 3u);
  EXPECT_EQ(report.outcomes.at("refused"), 1u);
  EXPECT_EQ(report.points.size(), 2u);
  ASSERT_TRUE(report.champion);
  EXPECT_EQ(report.champion->record.index, 2u);
  EXPECT_EQ(report.champion->verdict, "proved");
  EXPECT_EQ(report.champion->lineage.size(), 2u);
  EXPECT_EQ(report.champion->parent, "i64 priority() {\n  return 1;\n}\n");
  EXPECT_EQ(report.stage_ns.at("run"), 6000000000u);
}

TEST_F(ReportTest, TheChampionHasScoresOnEverySplitAndOraclesAreNoRivals) {
  whole_campaign();
  auto report = data();
  const auto* champion = champion_row(report);
  ASSERT_NE(champion, nullptr);
  EXPECT_DOUBLE_EQ(*mean_of(report, *champion, "train"), 0.25);
  EXPECT_DOUBLE_EQ(*mean_of(report, *champion, "validation"), 0.25);
  EXPECT_DOUBLE_EQ(*mean_of(report, *champion, "holdout"), 0.3);
  EXPECT_EQ(best_baseline(report, "holdout")->name, "sieve");
  EXPECT_EQ(row_named(report, "belady")->kind, "oracle");
}

TEST_F(ReportTest, AMeanNeedsEveryInstanceOfTheSplit) {
  start();  // with train-1% and train-5%
  append("baseline", {{"name", "half"}, {"kind", "native"}, {"train", Json::array({evolve::to_json(score("train-1%", 0.5))})}});
  auto report = data();
  EXPECT_FALSE(mean_of(report, *row_named(report, "half"), "train"));
}

TEST_F(ReportTest, PropertiesAreShownAsTheTaskStillHasThemAndOnlyThen) {
  const std::string task = std::string(ASSAY_SOURCE_DIR) + "/tasks/web_cache_queues";
  auto contract = tasks::read_contract(task + "/policy.h");
  ASSERT_TRUE(contract);
  auto set = verify::properties::load_properties(*contract);
  ASSERT_TRUE(set);
  ASSERT_TRUE(archive_->put_note("task_folder", task));
  append("campaign", {{"task", "web_cache_queues"}, {"properties", set->digest.hex()}});
  EXPECT_EQ(data().properties.size(), set->properties.size());
  append("campaign", {{"task", "web_cache_queues"}, {"properties", std::string(64, '0')}});
  EXPECT_TRUE(data().properties.empty());
}

TEST_F(ReportTest, NothingHostileReachesThePageAsMarkup) {
  whole_campaign();
  ReportData report = data();
  report.properties = {{kHostile, "info", kHostile, kHostile}};
  ReportClaim claim;
  claim.property = claim.level = claim.detail = claim.verdict = kHostile;
  claim.trace = {{1, kHostile, kHostile}};
  ASSERT_TRUE(report.champion);
  report.champion->claims.push_back(claim);
  report.tries.by_first[kHostile].candidates = 1;
  std::string page = report_html(report);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<!--"), std::string::npos);
  EXPECT_EQ(page.find("\xE2\x80\xAE"), std::string::npos) << "a bidirectional override must be spelled out";
  EXPECT_NE(page.find("[U+202E]"), std::string::npos);
  EXPECT_EQ(page.find('\xFF'), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos) << "shown, as text";
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos) << "and nothing would run if it were markup";
}

TEST_F(ReportTest, ThePageNeedsNoNetwork) {
  whole_campaign();
  std::string page = report_html(data());
  for (const char* word : {"http://", "https://", "src=", "url(", "@import", "<link"})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
}

TEST_F(ReportTest, ASlotInUntrustedTextIsNotFilled) {
  start();
  candidate(0, 0.3, {}, "{{css}} {{title}}\n");
  promote(0, "proved");
  result(0, true);
  std::string page = report_html(data());
  EXPECT_NE(page.find("{{css}} {{title}}"), std::string::npos);
}

TEST_F(ReportTest, AMissingSandboxLayerIsSaidInTableAndPage) {
  whole_campaign();
  auto report = data();
  EXPECT_NE(report_table(report).find("without the sandbox layer seccomp"), std::string::npos);
  EXPECT_NE(report_html(report).find("Ran without the sandbox layer seccomp"), std::string::npos);
}

TEST_F(ReportTest, TheTableSaysHowTheChampionComparesAndWhatIsProved) {
  whole_campaign();
  std::string table = report_table(data());
  EXPECT_NE(table.find("miss_ratio 0.3000 on holdout: 33.3 % better than lru (0.4500), ratio 0.6667"), std::string::npos) << table;
  EXPECT_NE(table.find("the best baseline, sieve (0.3500)"), std::string::npos) << table;
  EXPECT_NE(table.find("proved (1 of 1 claims)"), std::string::npos) << table;
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
}

TEST_F(ReportTest, TheWorstSliceStandsBesideTheMean) {
  whole_campaign();
  auto report = data();
  EXPECT_NE(report_table(report).find("worst slice of holdout: holdout-1%, 0.3500 against 0.4000 of the best baseline there, sieve: better"), std::string::npos) << report_table(report);
  EXPECT_NE(report_html(report).find("worst slice of holdout"), std::string::npos);
  report.rows[0].scores["holdout-5%"].objective = 0.31;  // the mean is still better
  const auto worst = worst_slice(report, *champion_row(report), "holdout");
  ASSERT_TRUE(worst);
  EXPECT_EQ(worst->instance, "holdout-5%");
  EXPECT_NE(report_table(report).find("sieve: WORSE"), std::string::npos) << report_table(report);
  EXPECT_EQ(to_json(report)["rows"][0]["worst_slice"]["best_baseline"], "sieve");
  report.rows[0].scores.erase("holdout-1%");
  EXPECT_FALSE(worst_slice(report, *champion_row(report), "holdout")) << "what was not measured may be the worst";
}

TEST_F(ReportTest, SharesAtTheFirstTryAreInTableJsonAndPage) {
  whole_campaign();
  auto report = data();
  EXPECT_EQ(report.tries.candidates, 3u);
  EXPECT_NE(report_table(report).find("first answer refused: 0 of 1 ok, 1 failed"), std::string::npos) << report_table(report);
  EXPECT_EQ(to_json(report)["tries"]["by_first_failure"]["refused"]["failed"], 1);
  EXPECT_NE(report_html(report).find("First try and repair"), std::string::npos);
}

TEST_F(ReportTest, AnUnknownCertificateNeverReadsAsProved) {
  start();
  candidate(0, 0.3, {}, "x\n");
  promote(0, "unknown");
  result(0, false);
  auto report = data();
  EXPECT_FALSE(report.champion->certified);
  EXPECT_NE(report_table(report).find("certificate  unknown, so that * is"), std::string::npos) << report_table(report);
  EXPECT_NE(report_html(report).find("No certified policy yet"), std::string::npos);
  EXPECT_EQ(report_html(report).find("✓ proved"), std::string::npos);
}

TEST_F(ReportTest, AChampionThatIsABaselineOrNotTheBestOnTrainIsSaidToBe) {
  start();
  candidate(0, 0.5, {}, "x\n", "lru" + kHostile);
  candidate(1, 0.3, {0}, "y\n");
  promote(0, "proved");
  result(0, true);
  const std::string table = report_table(data()), page = report_html(data());
  for (const char* line : {"champion = baseline lru", "the search found nothing better on validation that is proved",
                           "best on train: candidate 1 (0.2500); the champion has 0.4500 there"}) {
    EXPECT_NE(table.find(line), std::string::npos) << table;
    EXPECT_NE(page.find(line), std::string::npos);
  }
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST_F(ReportTest, AChampionThatIsTheBestOnTrainIsNotExplained) {
  whole_campaign();
  EXPECT_TRUE(selection_lines(data()).empty());
}

TEST_F(ReportTest, AResultThatClaimsMoreThanItsPromotionIsNotBelieved) {
  start();
  candidate(0, 0.3, {}, "x\n");
  promote(0, "refuted");
  result(0, true);
  auto report = data();
  EXPECT_FALSE(report.champion->certified);
  EXPECT_EQ(report.champion->verdict, "refuted");
}

TEST_F(ReportTest, BeforeTheEndTheBestSoFarStandsAmongTheSeeds) {
  start();
  candidate(0, 0.5, {}, "x\n");
  candidate(1, 0.3, {0}, "y\n");
  auto report = data();
  EXPECT_FALSE(report.ended);
  ASSERT_NE(row_named(report, "candidate 1"), nullptr);
  EXPECT_EQ(row_named(report, "candidate 1")->kind, "best so far");
}

TEST_F(ReportTest, ACampaignThatHasNothingYetStillGivesAReport) {
  start();
  auto report = data();
  EXPECT_FALSE(report.champion);
  EXPECT_NE(report_table(report).find("none yet"), std::string::npos);
  EXPECT_NE(report_html(report).find("No certified policy"), std::string::npos);
}

TEST_F(ReportTest, AnEmptyArchiveIsNoCrash) {
  auto report = data();
  EXPECT_FALSE(report_html(report).empty());
  EXPECT_TRUE(to_json(report).at("champion").is_null());
}

TEST(AxisTicks, AreRoundAndCoverTheRange) {
  EXPECT_EQ(axis_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  auto ticks = axis_ticks(0.1234, 0.1239, 5);
  ASSERT_GE(ticks.size(), 3u);
  EXPECT_LE(ticks.size(), 8u);
  EXPECT_NEAR(ticks[1] - ticks[0], 0.0001, 1e-9);
}

}  // namespace
}  // namespace assay::cli
