#include "cli/report/savings.h"

#include <gtest/gtest.h>

namespace assay::cli {
namespace {

using Stages = std::map<std::string, std::uint64_t>;

evolve::CandidateRecord ended(OutcomeKind kind, Stages stages) {
  evolve::CandidateRecord record;
  record.outcome.kind = kind;
  record.stage_ns = std::move(stages);
  return record;
}

const Saving& row(const Savings& savings, std::string_view check) {
  for (const Saving& each : savings.checks)
    if (each.check == check) return each;
  static const Saving none;
  ADD_FAILURE() << "no row " << check;
  return none;
}

/// Screen 1, compile 10, probe 5, run and replay 100, confirm 50: for those that come through.
std::vector<evolve::CandidateRecord> campaign() {
  return {
      ended(OutcomeKind::ok, {{"propose", 9}, {"screen", 1}, {"compile", 10}, {"probe", 5}, {"run", 80}, {"replay", 20}}),
      ended(OutcomeKind::ok, {{"screen", 1}, {"compile", 10}, {"probe", 5}, {"run", 80}, {"replay", 20}, {"confirm", 50}}),
  };
}

TEST(Savings, CountWhatTheStagesThatACandidateNeverCameToTakeOnAverage) {
  auto records = campaign();
  records.push_back(ended(OutcomeKind::duplicate, {{"screen", 1}, {"compile", 10}, {"probe", 5}}));
  auto savings = savings_of(records);
  ASSERT_EQ(savings.checks.size(), 1u);
  EXPECT_EQ(row(savings, "probe").rejected, 1u);
  EXPECT_EQ(row(savings, "probe").spent_ns, 16u) << "what came before the screen is not for the checks to save";
  EXPECT_EQ(row(savings, "probe").saved_ns, 125u) << "100 and 150";
}

TEST(Savings, TellApartWhoRejected) {
  auto records = campaign();
  records.push_back(ended(OutcomeKind::refused, {{"screen", 1}}));
  records.push_back(ended(OutcomeKind::duplicate, {{"screen", 1}}));
  records.push_back(ended(OutcomeKind::compile_error, {{"screen", 1}, {"compile", 3}}));
  records.push_back(ended(OutcomeKind::duplicate, {{"screen", 1}, {"compile", 10}}));
  records.push_back(ended(OutcomeKind::abandoned, {{"screen", 1}, {"compile", 10}, {"probe", 5}, {"run", 30}}));
  records.push_back(ended(OutcomeKind::duplicate, {{"screen", 1}, {"compile", 10}, {"probe", 5}, {"run", 80}, {"replay", 20}}));
  records.push_back(ended(OutcomeKind::nondeterministic, {{"screen", 1}, {"compile", 10}, {"probe", 5}, {"run", 80}, {"replay", 20}, {"confirm", 7}}));
  records.push_back(ended(OutcomeKind::no_completion, {{"propose", 4}}));
  auto savings = savings_of(records);
  std::vector<std::string> order;
  for (const Saving& each : savings.checks) {
    order.push_back(each.check);
    EXPECT_EQ(each.rejected, 1u) << each.check;
  }
  EXPECT_EQ(order, (std::vector<std::string>{"screen", "same AST", "compile", "same code", "run", "confirm", "commit"}));
  EXPECT_EQ(row(savings, "run").saved_ns, 95u) << "125 of those that ran to the end, less the 30 that it took";
  EXPECT_EQ(row(savings, "commit").saved_ns, 0u);
  EXPECT_EQ(row(savings, "confirm").saved_ns, 0u);
  EXPECT_EQ(row(savings, "screen").saved_ns, 82u) << "of the seven that came further, some not far: 575 / 7";
  EXPECT_EQ(row(savings, "same code").saved_ns, 102u) << "512 / 5";
}

TEST(Savings, SayNothingWhereNobodyCameFurther) {
  auto savings = savings_of({ended(OutcomeKind::refused, {{"screen", 1}})});
  EXPECT_FALSE(row(savings, "screen").saved_ns);
  EXPECT_TRUE(to_json(savings)["checks"][0]["saved_ns"].is_null());
  EXPECT_EQ(savings_text(savings).find(", saved "), std::string::npos);
  EXPECT_NE(savings_html(savings).find("screen"), std::string::npos);
  EXPECT_EQ(savings_text(savings_of(campaign())), "");
  EXPECT_EQ(savings_html({}), "");
}

TEST(Savings, TellHowOftenTheProbeWasWrong) {
  auto scored = [](std::uint64_t index, const char* behaviour, std::optional<std::uint64_t> audits = std::nullopt) {
    auto record = campaign()[0];
    record.index = index, record.probe = sha256("p"), record.behaviour = sha256(behaviour), record.fitness = 0.5, record.audits = audits;
    return record;
  };
  auto same = scored(4, "b", 0);
  same.outcome = {OutcomeKind::duplicate, "same behaviour as candidate 0", {}}, same.fitness.reset(), same.behaviour.reset();
  auto abandoned = scored(5, "b", 0);
  abandoned.outcome.kind = OutcomeKind::abandoned, abandoned.fitness.reset(), abandoned.behaviour.reset();
  auto unrun = ended(OutcomeKind::duplicate, {{"screen", 1}, {"compile", 10}, {"probe", 5}, {"run", 20}});
  unrun.outcome.detail = "same behaviour on the probe and 2 instances as candidate 0";
  auto savings = savings_of({scored(0, "b"), scored(1, "c", 0), scored(2, "b", 0), scored(3, "d"), same, abandoned, unrun});
  EXPECT_EQ(savings.probe.differed, 1u);
  EXPECT_EQ(savings.probe.agreed, 2u) << "what did not come to an end tells nothing";
  EXPECT_EQ(to_json(savings)["probe"]["differed"], 1);
  EXPECT_EQ(row(savings, "probe").rejected, 1u) << "although it was run on some instances";
  EXPECT_EQ(row(savings, "commit").rejected, 1u);
}

}  // namespace
}  // namespace assay::cli
