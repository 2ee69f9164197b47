// The counting rule on archives made by hand.

#include "evolve/climb.h"

#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

/// loss, and what the search recorded: the certificate's score (1: full), the verdict of the required claims, the penalty.
struct Told {
  double loss = 0, score = 1;
  bool proved = true;
  double penalty = 0;
};

std::vector<CandidateRecord> archive_of(const std::vector<Told>& all) {
  std::vector<CandidateRecord> records;
  for (const Told& told : all) {
    records.push_back(sample_candidate(records.size()));
    records.back().size = 10;
    records.back().fitness = told.loss;
    records.back().certificate = CandidateCertificate{told.score, told.proved ? "proved" : "unknown", told.penalty, ""};
  }
  return records;
}

std::vector<std::optional<std::uint64_t>> champions(const std::vector<ClimbStep>& steps) {
  std::vector<std::optional<std::uint64_t>> all;
  for (const auto& step : steps) all.push_back(step.champion);
  return all;
}

using Champions = std::vector<std::optional<std::uint64_t>>;

TEST(Climb, CrownsTheBestThatHasTheProofAmongThoseTried) {
  auto records = archive_of({{0.5}, {0.4, 0.9, true}, {0.3, 0.8, false}, {0.2}});
  EXPECT_EQ(champions(climb(records, {.wanted = Proof::full}, recorded_proof)), (Champions{0, 0, 0, 3}));
  EXPECT_EQ(champions(climb(records, {.wanted = Proof::required}, recorded_proof)), (Champions{0, 1, 1, 3}));
}

TEST(Climb, TriesNoMoreThanTheEndDoes) {
  auto records = archive_of({{0.5}, {0.4, 0.9}, {0.3, 0.9}});
  EXPECT_EQ(champions(climb(records, {.certify = 2}, recorded_proof)), (Champions{0, 0, std::nullopt}));
}

TEST(Climb, AsksForTheProofOfThoseAloneThatAreTried) {
  auto records = archive_of({{0.5}, {0.6}, {0.7}, {0.4}});
  std::vector<std::uint64_t> asked;
  climb(records, {}, [&](const CandidateRecord& record) {
    asked.push_back(record.index);
    return Proof::full;
  });
  EXPECT_EQ(asked, (std::vector<std::uint64_t>{0, 0, 0, 3}));
}

TEST(Climb, TheBestIsThatOfSelectionAndTheChampionThatOfTheLoss) {
  auto records = archive_of({{0.5}, {0.4, 0.5, true, 0.2}, {0.45}});
  auto steps = climb(records, {}, recorded_proof);
  ASSERT_EQ(steps.size(), 2u) << "the second one is no better with its penalty, and not proved";
  EXPECT_EQ(steps[1].candidates, 3u);
  EXPECT_EQ(steps[1].best, 2u);
  EXPECT_EQ(steps[1].champion, 2u);
}

TEST(Climb, LeavesOutWhatWasNotScored) {
  auto records = archive_of({{0.5}, {0.4}});
  records[1].fitness.reset();
  EXPECT_EQ(climb(records, {}, recorded_proof).size(), 1u);
  EXPECT_TRUE(climb({}, {}, recorded_proof).empty());
}

TEST(Climb, OfTwoThatDoEquallyWellTheShorterOneStays) {
  auto records = archive_of({{0.5, 0.9}, {0.5}});
  records[1].size = 20;
  EXPECT_EQ(champions(climb(records, {}, recorded_proof)), Champions{std::nullopt});
  records[1].size = 5;
  EXPECT_EQ(champions(climb(records, {}, recorded_proof)), (Champions{std::nullopt, 1}));
}

TEST(Climb, AnOldBestThatIsNoLongerAmongTheLeadingIsStillTried) {
  auto records = archive_of({{0.5}, {0.4, 0.9}, {0.3, 0.9}, {0.2, 0.9}});
  EXPECT_EQ(climb(records, {.promote = 1}, recorded_proof).back().champion, 0u);
}

TEST(ReachedForGood, IsWhereItHoldsAndStaysSo) {
  std::vector<ClimbStep> steps{{1, 0, 0}, {4, 1, {}}, {6, 2, 2}, {9, 3, 2}};
  auto crowned = [](const ClimbStep& step) { return step.champion.has_value(); };
  EXPECT_EQ(reached_for_good(steps, crowned), 6u);
  steps.push_back({12, 4, {}});
  EXPECT_EQ(reached_for_good(steps, crowned), std::nullopt) << "it does not at the end";
  EXPECT_EQ(reached_for_good({}, crowned), std::nullopt);
}

TEST(RecordedProof, NeedsEveryRequiredClaimAndForAFullOneEveryPreferredOneToo) {
  auto records = archive_of({{0.5}, {0.5, 0.99}, {0.5, 0.99, false}, {0.5, 1, false}});
  EXPECT_EQ(recorded_proof(records[0]), Proof::full);
  EXPECT_EQ(recorded_proof(records[1]), Proof::required);
  EXPECT_EQ(recorded_proof(records[2]), Proof::none);
  EXPECT_EQ(recorded_proof(records[3]), Proof::none) << "a score that its verdict does not bear out";
  records[0].certificate.reset();
  EXPECT_EQ(recorded_proof(records[0]), Proof::none);
}

}  // namespace
}  // namespace assay::evolve
