// What is asked for again, in which words, and which answer counts.

#include "evolve/repair.h"

#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

constexpr RepairOn kAll{true, true, true};

Examined scored(const std::vector<double>& objectives, double penalty = 0) {
  Examined examined;
  double sum = 0;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    examined.train.push_back({"i" + std::to_string(i), objectives[i], {}});
    sum += objectives[i];
  }
  examined.fitness = sum / static_cast<double>(objectives.size());
  if (penalty) examined.certificate = CandidateCertificate{0.5, "refuted", penalty, "hits = 1 overflows"};
  return examined;
}

tasks::Task task(tasks::Direction direction = tasks::Direction::minimise) {
  tasks::Task made;
  made.objective = "miss_ratio";
  made.direction = direction;
  return made;
}

TEST(Repair, FailuresAreAskedForAgainUnlessThatIsNotWanted) {
  Examined failed;
  failed.outcome = {OutcomeKind::refused, "no", {}};
  EXPECT_EQ(complaint_about(failed, {}, task(), {}).value().kind, "refused");
  EXPECT_FALSE(complaint_about(failed, {false, true, true}, task(), {}));
  failed.outcome.kind = OutcomeKind::abandoned;
  EXPECT_FALSE(complaint_about(failed, kAll, task(), {})) << "it says nothing";
}

TEST(Repair, ByDefaultWhatScoredIsNot) {
  EXPECT_FALSE(complaint_about(scored({0.9, 0.9}, 0.1), {}, task(), {0.1, 0.1}));
}

TEST(Repair, ARefutationIsToldWithItsValuesAndBeforeAWorstInstance) {
  const auto complaint = complaint_about(scored({0.9, 0.9}, 0.1), kAll, task(), {0.1, 0.1});
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->kind, "refuted");
  EXPECT_NE(complaint->said.find("hits = 1 overflows"), std::string::npos);
  auto preferred = scored({0.1, 0.1}, 0.1);
  preferred.certificate->verdict = "proved";  // of the required claims: the refutation is of another
  EXPECT_FALSE(complaint_about(preferred, kAll, task(), {0.1, 0.1}));
}

TEST(Repair, TheWorstInstanceIsTheOneThatLostMostAgainstTheParent) {
  const auto complaint = complaint_about(scored({0.5, 0.8, 0.3}), kAll, task(), {0.5, 0.5, 0.25});
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->kind, "worst_instance");
  EXPECT_NE(complaint->said.find("i1: 0.8, parent 0.5  <- worst"), std::string::npos) << complaint->said;
  EXPECT_FALSE(complaint_about(scored({0.5, 0.54}), kAll, task(), {0.5, 0.5})) << "8 % is not far";
}

TEST(Repair, WhereLargerIsBetterLessIsWorse) {
  const auto up = task(tasks::Direction::maximise);
  EXPECT_FALSE(complaint_about(scored({0.9}), kAll, up, {-0.5}));
  const auto complaint = complaint_about(scored({0.3}), kAll, up, {-0.5});
  ASSERT_TRUE(complaint);
  EXPECT_NE(complaint->said.find("i0: 0.3, parent 0.5"), std::string::npos) << complaint->said;
}

TEST(Repair, ARepairNeverLosesAnAnswerThatScored) {
  const Examined before = scored({0.5}), failed = [] { Examined e; e.outcome.kind = OutcomeKind::refused; return e; }();
  EXPECT_TRUE(keeps_earlier(before, "worst_instance", failed));
  EXPECT_TRUE(keeps_earlier(before, "worst_instance", scored({0.6})));
  EXPECT_FALSE(keeps_earlier(before, "worst_instance", scored({0.4})));
  EXPECT_FALSE(keeps_earlier(failed, "refused", failed)) << "there is nothing to keep";
  auto proved = scored({0.6}, 0.1);
  proved.certificate->verdict = "proved";
  EXPECT_FALSE(keeps_earlier(scored({0.5}, 0.1), "refuted", proved)) << "that is what was asked for";
  EXPECT_TRUE(keeps_earlier(scored({0.5}, 0.1), "refuted", scored({0.6}, 0.1)));
}

Result<SearchSettings> read(const Json& search) { return read_search(search, "search"); }

TEST(RepairOnSetting, IsWrittenOnlyWhereItIsNotTheDefaultAndReadBack) {
  EXPECT_FALSE(to_json(SearchSettings{}).contains("repair_on"));
  EXPECT_FALSE(to_json(expect_value(read({{"repair_on", {"failure"}}}))).contains("repair_on"));
  const auto settings = expect_value(read({{"repair_on", {"worst_instance", "refuted"}}, {"certificate", {{"weight", 0.0}}}}));
  EXPECT_EQ(settings.repair_on, (RepairOn{false, true, true}));
  EXPECT_EQ(to_json(settings)["repair_on"], Json::array({"refuted", "worst_instance"}));
  EXPECT_EQ(expect_value(read(to_json(settings))).repair_on, settings.repair_on);
}

TEST(RepairOnSetting, UnknownKindsAndARefutationWithoutACertificateAreErrors) {
  EXPECT_NE(read({{"repair_on", {"refutd"}}}).error().what.find("refutd"), std::string::npos);
  EXPECT_NE(read({{"repair_on", {"refuted"}}}).error().what.find("certificate"), std::string::npos);
  EXPECT_FALSE(read({{"repair_on", "failure"}}));
}

}  // namespace
}  // namespace assay::evolve
