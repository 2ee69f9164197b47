#include "evolve/racing.h"

#include <random>
#include <set>

#include "evolve/population.h"
#include "evolve/settings.h"
#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

// The bound -----------------------------------------------------------------------------------------------------------

double mean_of(const std::vector<double>& losses) {
  double sum = 0;
  for (double loss : losses) sum += loss;
  return sum / static_cast<double>(losses.size());
}

TEST(Hopes, AreGoneOnlyWhenTheFitnessIsCertainToBeAboveTheEntry) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit;
  int early = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<double> least(1 + random() % 9), losses;
    for (double& bound : least) losses.push_back((bound = unit(random)) + (random() % 4 ? unit(random) * 0.2 : 0));
    const double fitness = mean_of(losses), entry = random() % 4 ? fitness + (unit(random) - 0.7) * 0.05 : fitness;
    Hopes hopes(least, entry);
    for (std::size_t i = 0; i < losses.size(); ++i) {
      const double room = hopes.room(i);
      if (losses[i] > room) {  // the run would be cut off
        EXPECT_GT(fitness, entry);
        ++early;
        break;
      }
      hopes.know(i, losses[i]);
      EXPECT_FALSE(hopes.gone()) << "what has room leaves hope";
    }
    EXPECT_EQ(Hopes(losses, entry).gone(), entry < fitness);
  }
  EXPECT_GT(early, 1000);
}

// The order -----------------------------------------------------------------------------------------------------------

TEST(Order, BeginsWithWhatRejectsMostForItsCost) {
  Order order({1000, 1000, 10});
  EXPECT_EQ(order.at(0), (std::vector<std::size_t>{2, 0, 1})) << "nothing is known yet: the cheapest";
  for (int i = 0; i < 2000; ++i) order.count(2, false);
  for (int i = 0; i < 20; ++i) order.count(0, i % 4 == 0), order.count(1, i % 2 == 0);
  EXPECT_EQ(order.at(0), (std::vector<std::size_t>{1, 0, 2}));
}

TEST(Order, TriesEveryCheckFirstNowAndThen) {
  Order order({5, 1, 7});
  std::set<std::size_t> begun;
  std::size_t turns = 0;
  for (std::uint64_t index = 0; index < 48; ++index) {
    auto at = order.at(index);
    EXPECT_EQ(std::set<std::size_t>(at.begin(), at.end()).size(), 3u);
    turns += at.front() != 1;
    begun.insert(at.front());
  }
  EXPECT_EQ(begun.size(), 3u);
  EXPECT_EQ(turns, 4u) << "of six turns, two are the best check's own";
}

CandidateRecord ended_on(std::uint64_t index, std::optional<std::uint32_t> check) {
  CandidateRecord record;
  record.index = index;
  if (check) record.ended_on = *check, record.outcome.kind = OutcomeKind::abandoned;
  else record.train = {{"a", 0.5, {}}, {"b", 0.5, {}}};
  return record;
}

TEST(Schedule, LearnsFromWhatACandidateSeesAndNothingElse) {
  const auto visible = [](std::uint64_t index) { return index < 4 ? 0 : index - 4; };
  Schedule one({{100, 100}, std::nullopt}, true, visible), other({{100, 100}, std::nullopt}, true, visible);
  std::vector<std::vector<std::size_t>> plans;
  for (std::uint64_t i = 0; i < 60; ++i) {
    plans.push_back(one.plan(i).checks);
    one.add(ended_on(i, plans.back().front() == 1 ? std::optional(1u) : std::nullopt));  // at once: more than is visible
  }
  std::deque<CandidateRecord> late;
  for (std::uint64_t i = 0; i < 60; ++i) {
    if (late.size() == 4) other.add(late.front()), late.pop_front();
    const auto checks = other.plan(i).checks;
    EXPECT_EQ(checks, plans[i]) << i;
    late.push_back(ended_on(i, checks.front() == 1 ? std::optional(1u) : std::nullopt));
  }
  EXPECT_EQ(plans[0].front(), 0u);
  EXPECT_EQ(plans[58].front(), 1u) << "instance 1 rejected whatever began with it, instance 0 nothing";
}

TEST(Schedule, DoesNotCountWhatNeverCameToAnyCheck) {
  const auto visible = [](std::uint64_t index) { return index; };
  Schedule schedule({{100, 100}, std::nullopt}, true, visible);
  for (std::uint64_t i = 0; i < 40; ++i) {
    (void)schedule.plan(i);
    CandidateRecord refused;
    refused.index = i;
    refused.outcome.kind = OutcomeKind::refused;
    schedule.add(refused);
  }
  EXPECT_EQ(schedule.plan(40).checks, (std::vector<std::size_t>{0, 1}));
}

TEST(Schedule, PutsTheCertificateBeforeTheSecondRunWhereThatRejectsMore) {
  const auto visible = [](std::uint64_t index) { return index; };
  Schedule schedule({{100}, std::nullopt, 1000, 1000}, true, visible);
  EXPECT_FALSE(schedule.plan(0).certificate_first);
  const Ends ends{1};
  for (std::uint64_t i = 0; i < 64; ++i) {
    const Plan plan = i == 0 ? Plan{{0}, false} : schedule.plan(i);
    CandidateRecord record = ended_on(i, static_cast<std::uint32_t>(ends.certificate()));
    record.outcome = {};
    record.confirmed = !plan.certificate_first;
    schedule.add(record);
  }
  EXPECT_TRUE(schedule.plan(64).certificate_first);
}

// The law -------------------------------------------------------------------------------------------------------------

class Racing : public CampaignTest {};

/// After each commit, who is on which island.
std::vector<std::vector<std::vector<std::uint64_t>>> histories(const Archive& archive, const PopulationSettings& settings) {
  Population population(settings);
  std::vector<std::vector<std::vector<std::uint64_t>>> all;
  expect_done(archive.for_each_summary([&](const CandidateSummary& summary) {
    population.apply({summary, nullptr});
    auto& now = all.emplace_back();
    for (std::uint32_t i = 0; i < population.islands(); ++i) {
      now.emplace_back();
      for (const Elite& elite : population.island(i)) now.back().push_back(elite.index);
    }
  }));
  return all;
}

std::size_t abandoned(const Archive& archive) {
  std::size_t count = 0;
  expect_done(archive.for_each_summary([&](const CandidateSummary& summary) { count += summary.outcome == OutcomeKind::abandoned; }));
  return count;
}

TEST_F(Racing, LosesNoCandidateThatWouldHaveBecomeAnElite) {
  const PopulationSettings settings{2, 4, 20};
  Json search{{"islands", 2}, {"elites", 4}, {"migration_every", 20}, {"abandon_margin", 1000}};
  fs::create_directories(folder_.path() / "without");
  fs::create_directories(folder_.path() / "with");
  const auto without = make_task(folder_.path() / "without", {"fifo", "lru", "s3fifo", "sieve"}, search);
  search["racing"] = "exact";
  const auto with = make_task(folder_.path() / "with", {"fifo", "lru", "s3fifo", "sieve"}, search);
  std::size_t gone = 0;
  for (std::uint64_t seed : {1u, 2u}) {
    const std::string a = "a" + std::to_string(seed), b = "b" + std::to_string(seed);
    for (const auto& [name, task] : {std::pair{a, without}, std::pair{b, with}}) {
      task_ = task;
      auto chosen = options(name, 44);
      chosen.seed = seed;
      expect_success(run(chosen));
    }
    auto plain = archive(a), raced = archive(b);
    EXPECT_EQ(histories(*plain, settings), histories(*raced, settings)) << "seed " << seed;
    EXPECT_EQ(abandoned(*plain), 0u);
    gone += abandoned(*raced);
    auto records = expect_value(raced->candidates()), all = expect_value(plain->candidates());
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_TRUE(!records[i].fitness || records[i].fitness == all[i].fitness) << "scores are in task order, whatever ran first: " << i;
      EXPECT_TRUE(records[i].outcome.kind != OutcomeKind::abandoned || (records[i].ended_on && *records[i].ended_on < 2u)) << i;
    }
  }
  EXPECT_GT(gone, 10u) << "nothing was raced";
}

TEST_F(Racing, ReadsTheSameForEveryNumberOfThreadsAndAfterAResume) {
  task_ = make_task(folder_.path(), {"fifo", "lru", "sieve"},
                    {{"elites", 4}, {"racing", "exact"}, {"novelty", "behaviour"}, {"abandon_margin", 0.2}});
  expect_success(run(options("one", 24, 1)));
  expect_success(run(options("three", 24, 3)));
  EXPECT_EQ(head_of("one"), head_of("three"));
  expect_success(run(options("resumed", 14)));
  expect_success(resume("resumed", 24));
  expect_same_candidates("one", "resumed", 24);
}

TEST_F(Racing, IsASettingThatAnArchiveKeepsOnlyWhereItIsSet) {
  EXPECT_FALSE(to_json(SearchSettings{}).contains("racing"));
  EXPECT_FALSE(to_json(SearchSettings{}).contains("novelty"));
  auto read = expect_value(read_search({{"racing", "exact"}, {"novelty", "behaviour"}, {"audit", 3}, {"witnesses", 0}}, "task.json: search"));
  EXPECT_TRUE(read.racing && read.compare_behaviour);
  auto again = expect_value(read_search(to_json(read), "log"));
  EXPECT_TRUE(again.racing && again.compare_behaviour);
  EXPECT_EQ(again.audit, 3u);
  EXPECT_EQ(again.witnesses, 0u);
  for (const Json& wrong : {Json{{"racing", "often"}}, Json{{"novelty", 7}}, Json{{"audit", 0}}, Json{{"witnesses", -1}}, Json{{"racing", true}}})
    EXPECT_FALSE(read_search(wrong, "task.json: search")) << wrong.dump();
}

}  // namespace
}  // namespace assay::evolve
