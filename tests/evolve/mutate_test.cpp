#include "evolve/mutate/mutate.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "evolve/mutate/operators.h"
#include "evolve/mutate/tidy.h"
#include "tasks/task.h"
#include "tests/evolve/fixtures.h"
#include "verify/rules.h"
#include "verify/toolchain.h"

namespace assay::evolve::mutate {
namespace {

std::filesystem::path source_folder() { return ASSAY_SOURCE_DIR; }

/// One task with its baselines as policies.
struct World {
  tasks::Task task;
  std::vector<Policy> policies;
};

class Mutants : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { toolchain_ = expect_value(verify::Toolchain::start()).release(); }
  static void TearDownTestSuite() { delete toolchain_; }

  World world() const {
    World world{expect_value(tasks::load_task(source_folder() / "tasks" / GetParam())), {}};
    for (const Source& baseline : world.task.baselines) {
      auto screened = expect_value(toolchain_->screen(world.task.contract, baseline));
      EXPECT_TRUE(screened) << baseline.name;
      if (screened) world.policies.push_back(screened->policy());
    }
    return world;
  }

  static verify::Toolchain* toolchain_;
};
verify::Toolchain* Mutants::toolchain_ = nullptr;

TEST_P(Mutants, AreAcceptedByTheScreenWithTheDigestTheyHadAsAValue) {
  World w = world();
  ASSERT_FALSE(w.policies.empty());
  Random random(7, 1);
  std::vector<Policy> pool = w.policies;
  for (int i = 0; i < 300; ++i) {
    const Policy& parent = random.pick(pool);
    const Policy& donor = random.pick(pool);
    auto child = mutate(w.task.contract, parent, random.chance(0.4) ? &donor : nullptr, Wish::any, {}, random);
    if (!child) continue;
    std::string text = verify::emit(child->policy);
    auto screened = expect_value(toolchain_->screen(w.task.contract, Source{text}));
    ASSERT_TRUE(screened) << child->operation << "\n" << text << "\n" << screened.error().detail;
    EXPECT_EQ(screened->ast_digest(), verify::digest(child->policy)) << child->operation << "\n" << text;
    pool.push_back(std::move(child->policy));  // mutants of mutants, too
  }
  EXPECT_GT(pool.size(), w.policies.size() + 250);
}

TEST_P(Mutants, AreTheSameForTheSameSeedAndIndex) {
  World w = world();
  for (std::uint64_t index = 0; index < 50; ++index) {
    Random one(3, index), two(3, index);
    const Policy& parent = w.policies[index % w.policies.size()];
    auto a = mutate(w.task.contract, parent, &w.policies[0], Wish::any, {}, one);
    auto b = mutate(w.task.contract, parent, &w.policies[0], Wish::any, {}, two);
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a) EXPECT_EQ(verify::emit(a->policy), verify::emit(b->policy));
  }
}

TEST_P(Mutants, StayWithinTheirSizeAndOutOfWhatWasSeen) {
  World w = world();
  Random random(11, 2);
  std::set<Digest> seen;
  Policy at = w.policies[0];
  Limits limits;
  limits.nodes = verify::size_of(at) + 60;
  for (int i = 0; i < 300; ++i) {
    auto child = mutate(w.task.contract, at, &w.policies.back(), Wish::any, limits, random, [&](const Digest& d) { return seen.contains(d); });
    if (!child) continue;
    EXPECT_LE(verify::size_of(child->policy), limits.nodes);
    EXPECT_TRUE(seen.insert(verify::digest(child->policy)).second);
    at = std::move(child->policy);
  }
  EXPECT_GT(seen.size(), 200u);
}

TEST_P(Mutants, EveryOperatorFindsSomethingToChange) {
  World w = world();
  for (const Operator& op : operators()) {
    Random random(5, 3);
    int applied = 0, valid = 0;
    for (int i = 0; i < 200; ++i) {
      Policy child = random.pick(w.policies);
      Edit edit{child, w.task.contract, random};
      if (!op.apply(edit)) continue;
      ++applied;
      tidy(child, w.task.contract);
      valid += verify::check(child, w.task.contract).empty();
    }
    EXPECT_GT(applied, 20) << op.name;
    EXPECT_GT(valid, 10) << op.name << ": " << valid << " of " << applied;
  }
}

TEST_P(Mutants, TidyingTwiceIsTidyingOnce) {
  World w = world();
  Random random(13, 4);
  for (int i = 0; i < 200; ++i) {
    auto child = mutate(w.task.contract, random.pick(w.policies), nullptr, Wish::any, {}, random);
    if (!child) continue;
    Policy again = child->policy;
    tidy(again, w.task.contract);
    EXPECT_EQ(verify::emit(again), verify::emit(child->policy)) << child->operation;
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, Mutants, testing::Values("web_cache", "web_cache_queues"));

}  // namespace
}  // namespace assay::evolve::mutate
