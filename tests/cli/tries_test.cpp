// How far answers got at the first try and after repair, from records made here.

#include "cli/report/tries.h"

#include <gtest/gtest.h>

namespace assay::cli {
namespace {

evolve::CandidateRecord record(std::uint64_t index, OutcomeKind kind, std::vector<std::string> repairs = {}) {
  evolve::CandidateRecord record;
  record.index = index;
  record.provider = "exec";
  record.outcome.kind = kind;
  record.repairs = std::move(repairs);
  const bool screened = kind != OutcomeKind::refused && kind != OutcomeKind::edit_failed && kind != OutcomeKind::no_completion;
  if (screened) record.ast = sha256("ast");
  if (screened && kind != OutcomeKind::compile_error) record.ir = sha256("ir");
  if (kind == OutcomeKind::ok) record.train = {{"a", 0.5, {}}}, record.fitness = 0.5;
  return record;
}

evolve::CandidateRecord baseline() {
  auto seed = record(0, OutcomeKind::ok);
  seed.provider = "baseline";
  return seed;
}

TEST(Tries, StagesAreCountedAtTheFirstTryAndAfterRepair) {
  evolve::CandidateRecord tuned = record(7, OutcomeKind::abandoned);
  tuned.tuning.emplace();
  const std::vector records = {baseline(), record(1, OutcomeKind::ok), record(2, OutcomeKind::ok, {"refused"}), record(3, OutcomeKind::ok, {"timeout", "refused"}),
                               record(4, OutcomeKind::compile_error), record(5, OutcomeKind::no_completion), record(6, OutcomeKind::edit_failed, {"edit_failed"}), tuned};
  const Tries tries = tries_of(records, {}, true);
  EXPECT_EQ(tries.candidates, 6u) << "a baseline was not asked for";
  EXPECT_EQ(tries.repairs, 4u);
  EXPECT_EQ(tries.tunings, 1u) << "nobody was asked for it";
  EXPECT_EQ(tries.evaluations(), 11u);
  EXPECT_EQ(tries.first.answered, 5u);
  EXPECT_EQ(tries.first.screened, 3u) << "1, 3 (its timeout came after), 4";
  EXPECT_EQ(tries.first.compiled, 2u) << "1 and 3";
  EXPECT_EQ(tries.first.evaluated, 1u);
  EXPECT_EQ(tries.after.screened, 4u);
  EXPECT_EQ(tries.after.compiled, 3u);
  EXPECT_EQ(tries.after.evaluated, 3u);
}

TEST(Tries, ByTheFirstFailureHowManyWereOkAfterHowManyRepairs) {
  const std::vector records = {baseline(), record(1, OutcomeKind::ok, {"refused"}), record(2, OutcomeKind::ok, {"refused", "timeout"}),
                               record(3, OutcomeKind::refused), record(4, OutcomeKind::refused, {"refused", "refused"}),
                               record(5, OutcomeKind::duplicate, {"refused"}), record(6, OutcomeKind::timeout), record(7, OutcomeKind::duplicate)};
  const Tries tries = tries_of(records, {}, true);
  ASSERT_EQ(tries.by_first.size(), 2u) << "a duplicate is no failure";
  const FirstFailure& refused = tries.by_first.at("refused");
  EXPECT_EQ(refused.candidates, 5u);
  EXPECT_EQ(refused.ok_after, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(refused.set_aside, 1u);
  EXPECT_EQ(refused.failed, 2u);
  EXPECT_EQ(tries.by_first.at("timeout").failed, 1u);
  EXPECT_EQ(repair_lines(tries)[0], "refused: 2 of 5 ok (after 1: 1, after 2: 1), 1 a duplicate or given up, 2 failed");
}

TEST(Tries, CertifiedIsOfThoseThatWereTriedInTheSearchOrAtTheEnd) {
  std::vector records = {baseline(), record(1, OutcomeKind::ok), record(2, OutcomeKind::ok, {"refuted"}), record(3, OutcomeKind::ok, {"refuted"}), record(4, OutcomeKind::ok)};
  records[2].certificate = evolve::CandidateCertificate{1, "proved", 0, ""};
  records[3].certificate = evolve::CandidateCertificate{0.5, "refuted", 0, "line 3"};
  const std::vector<evolve::PromotionRecord> promotions = {{1, {}, 0.5, "proved", {}}, {3, {}, 0.5, "", {}}, {0, {}, 0.5, "proved", {}}};
  const Tries tries = tries_of(records, promotions, true);
  EXPECT_EQ(tries.graded, 3u) << "a promotion without a verdict is no try, and a baseline is none";
  EXPECT_EQ(tries.first.certified, 1u);
  EXPECT_EQ(tries.after.certified, 2u);
  EXPECT_EQ(tries.by_first.at("refuted").ok(), 1u);
  EXPECT_EQ(tries.by_first.at("refuted").failed, 1u) << "it scored, but is refuted still";
}

TEST(Tries, AWorstInstanceIsMendedOnlyWhereItIsNoMoreFarWorseThanTheParent) {
  for (const bool minimise : {true, false}) {
    std::vector records = {baseline(), record(1, OutcomeKind::ok, {"worst_instance"}), record(2, OutcomeKind::ok, {"worst_instance"})};
    records[1].parents = records[2].parents = {0};
    records[1].train[0].objective = minimise ? 0.6 : 0.4;  // 20 % worse
    records[2].train[0].objective = minimise ? 0.4 : 0.6;
    const Tries tries = tries_of(records, {}, minimise);
    EXPECT_EQ(tries.by_first.at("worst_instance").failed, 1u) << minimise;
    EXPECT_EQ(tries.by_first.at("worst_instance").ok(), 1u) << minimise;
  }
}

}  // namespace
}  // namespace assay::cli
