// The domain as a campaign meets it: the task's folder, its instances, references by name, the probe.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "evaluators/domain.h"

namespace assay::evaluators {
namespace {

tasks::Task congestion_task() {
  auto task = tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control");
  EXPECT_TRUE(task) << (task ? "" : task.error().what);
  return *task;
}

const Domain& domain() { return **domain_named("congestion"); }

TEST(CongestionDomain, TheTaskFitsAndEveryInstanceLoads) {
  const auto task = congestion_task();
  const auto fits = domain().check(task);
  ASSERT_TRUE(fits) << fits.error().what;
  std::vector<Digest> digests;
  for (const auto& spec : task.instances) {
    const auto instance = domain().load(task, spec);
    ASSERT_TRUE(instance) << instance.error().what;
    digests.push_back((*instance)->digest());
    for (const auto& name : domain().baselines()) {
      const auto score = (*instance)->baseline(name);
      ASSERT_TRUE(score);
      EXPECT_NEAR(score->objective, std::log2(score->metrics.at("policysmith_score")), 1e-9);
      EXPECT_LE(score->metrics.at("utilisation"), 1);
    }
  }
  std::ranges::sort(digests);
  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());  // no two of them are alike
}

TEST(CongestionDomain, WhatIsWrongWithATaskIsSaidAtOnce) {
  auto task = congestion_task();
  task.objective = "speed";
  task.native_baselines.push_back("bbrr");
  task.instances[1].settings["delay"] = 3;
  const auto fits = domain().check(task);
  ASSERT_FALSE(fits);
  for (const std::string& expected : {std::string("objective \"speed\" is unknown"), std::string("native baseline \"bbrr\" is unknown"), "instance \"" + task.instances[1].name + "\": \"delay\" is not a key here"})
    EXPECT_NE(fits.error().what.find(expected), std::string::npos) << fits.error().what;
  task = congestion_task();
  task.direction = tasks::Direction::minimise;
  EXPECT_NE(domain().check(task).error().what.find("\"log_score\" wants the other direction"), std::string::npos);
  const auto instance = domain().load(congestion_task(), congestion_task().instances[0]);
  EXPECT_NE((*instance)->baseline("bbrr").error().what.find("known: reno cubic vegas"), std::string::npos);
}

/// A probe on which the references do the same would tell nobody apart.
TEST(CongestionDomain, TheProbeTellsTheReferencesApart) {
  const auto probe = domain().probe(congestion_task());
  ASSERT_TRUE(probe && *probe);
  std::vector<double> scores;
  for (const auto& name : domain().baselines()) scores.push_back((*probe)->baseline(name)->objective);
  std::ranges::sort(scores);
  EXPECT_EQ(std::ranges::adjacent_find(scores), scores.end());
}

}  // namespace
}  // namespace assay::evaluators
