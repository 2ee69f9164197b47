#include "evolve/novelty.h"

#include <map>
#include <set>

#include "evolve/examine.h"
#include "evolve/settings.h"
#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

// What is known ---------------------------------------------------------------------------------------------------------

CandidateRecord seen(std::uint64_t index, const std::string& probe, const std::string& behaviour, std::uint64_t size = 10, double fitness = 0.5) {
  CandidateRecord record;
  record.index = index;
  record.probe = sha256(probe);
  record.behaviour = sha256(behaviour);
  record.decisions = {7, 8};
  record.size = size;
  record.fitness = fitness;
  return record;
}

Conduct on(const std::string& probe, std::vector<std::uint64_t> decisions = {0, 0}) { return {sha256(probe), std::move(decisions)}; }

TEST(Novelty, KnowsWhatTheFirstVisibleCandidatesDidAndNoMore) {
  Novelty novelty;
  novelty.add(seen(3, "p", "b"));
  EXPECT_EQ(novelty.alike(on("p"), 10, 4), 3u);
  EXPECT_EQ(novelty.alike(on("p"), 10, 3), std::nullopt);
  EXPECT_EQ(novelty.alike(on("q"), 10, 4), std::nullopt);
  EXPECT_EQ(novelty.on_train(sha256("b"), 10, 0.5, 4), 3u);
  EXPECT_EQ(novelty.on_train(sha256("b"), 10, 0.5, 3), std::nullopt);
}

TEST(Novelty, ComparesWhateverWasRun) {
  Novelty novelty;
  novelty.add(seen(1, "p", "b"));
  EXPECT_EQ(novelty.alike(on("p", {7, 0}), 10, 2), 1u);
  EXPECT_EQ(novelty.alike(on("p", {0, 8}), 10, 2), 1u);
  EXPECT_EQ(novelty.alike(on("p", {7, 9}), 10, 2), std::nullopt);
  EXPECT_EQ(novelty.alike(on("p", {7, 8, 9}), 10, 2), std::nullopt);
}

TEST(Novelty, DoesNotCallTheShorterOneADuplicate) {
  Novelty novelty;
  novelty.add(seen(1, "p", "b", 10));
  EXPECT_EQ(novelty.alike(on("p"), 9, 2), std::nullopt);
  EXPECT_EQ(novelty.on_train(sha256("b"), 9, 0.5, 2), std::nullopt);
  novelty.add(seen(2, "p", "b", 7));
  EXPECT_EQ(novelty.alike(on("p"), 9, 3), 1u);
  EXPECT_EQ(novelty.on_train(sha256("b"), 9, 0.5, 3), 2u);
  EXPECT_EQ(novelty.alike(on("p"), 9, 2), std::nullopt) << "the second one is not visible";
}

TEST(Novelty, DoesNotCallTheBetterCertifiedOneADuplicate) {
  Novelty novelty;
  auto first = seen(1, "p", "b");
  first.certificate = CandidateCertificate{0.5, "unknown", 0.25, ""};
  novelty.add(first);
  EXPECT_EQ(novelty.on_train(sha256("b"), 12, 0.5, 2), std::nullopt);
  EXPECT_EQ(novelty.on_train(sha256("b"), 12, 0.75, 2), 1u);
}

TEST(Novelty, RejectsNobodyForWhatTwoThatDifferHaveInCommon) {
  Novelty novelty;
  novelty.add(seen(1, "p", "b"));
  auto other = seen(2, "p", "c");
  other.decisions = {7, 9};
  novelty.add(other);
  EXPECT_EQ(novelty.alike(on("p"), 10, 3), std::nullopt);
  EXPECT_EQ(novelty.alike(on("p", {7, 0}), 10, 3), std::nullopt);
  EXPECT_EQ(novelty.alike(on("p", {0, 9}), 10, 3), 2u) << "that tells them apart";
  EXPECT_EQ(novelty.alike(on("p"), 10, 2), 1u) << "what it may not see changes nothing";
}

TEST(Novelty, ComparesNothingWithACandidateThatHasNoScore) {
  Novelty novelty;
  auto failed = seen(1, "p", "b");
  failed.outcome.kind = OutcomeKind::timeout;
  failed.fitness.reset();
  novelty.add(failed);
  EXPECT_EQ(novelty.alike(on("p"), 10, 2), std::nullopt);
  EXPECT_EQ(novelty.on_train(sha256("b"), 10, 0.5, 2), std::nullopt);
}

// Planted policies ------------------------------------------------------------------------------------------------------

constexpr const char* kLru = "#include \"policy.h\"\n"
                             "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return object.last_access; }\n";
/// Other names, other arithmetic, other control flow; no shorter.
constexpr const char* kLruAnew =
    "#include \"policy.h\"\n"
    "i64 when(i64 moment) { return moment + moment + 7; }\n"
    "i64 priority(const Object& thing, const Cache& all, const Ghost& past) {\n"
    "  i64 answer = when(all.now);\n"
    "  if (thing.hits > 0) { answer = when(thing.last_access); }\n"
    "  return answer;\n"
    "}\n";
/// LRU but for what is asked for at one request in 500.
constexpr const char* kLruRarely =
    "#include \"policy.h\"\n"
    "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
    "  if (object.last_access % 500 == 499) { return 0; }\n"
    "  return object.last_access;\n"
    "}\n";
/// LRU for as long as the probe lasts, and FIFO after it.
constexpr const char* kLruAtFirst =
    "#include \"policy.h\"\n"
    "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
    "  if (cache.now > 17000) { return object.inserted; }\n"
    "  return object.last_access;\n"
    "}\n";

/// One candidate after the other, as Search does it, on tasks/web_cache.
class Planted : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    slots_ = expect_value(Slots::start(1, {}));
    task_ = std::make_unique<tasks::Task>(expect_value(tasks::load_task(fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache")));
    problem_ = std::make_unique<Problem>(expect_value(Problem::of(*task_)));
    train_ = expect_value(problem_->load_train());
    probe_ = expect_value(problem_->domain.probe(*task_));
  }
  static void TearDownTestSuite() {
    probe_.reset();
    train_ = {};
    problem_.reset();
    task_.reset();
    slots_.reset();
  }

  Examined run(const std::string& text, std::uint64_t visible, std::size_t witnesses = 0, bool audit = false) {
    Background background;
    background.asts = asts_.get();
    background.irs = irs_.get();
    background.novelty = &novelty_;
    background.probe = probe_.get();
    background.witnesses = witnesses;
    background.audit = audit;
    background.visible = visible;
    auto slot = slots_->take();
    return expect_value(examine(*slot, *problem_, train_, Source{text}, background));
  }
  Examined commit(const std::string& text, std::uint64_t index, std::size_t witnesses = 0, bool audit = false) {
    auto examined = run(text, index, witnesses, audit);
    asts_->add(examined.ast, index);
    irs_->add(examined.ir, index);
    CandidateRecord record;
    record.index = index;
    record.probe = examined.probe;
    record.behaviour = examined.behaviour;
    record.decisions = examined.decisions;
    record.fitness = examined.fitness;
    record.size = examined.size;
    novelty_.add(record);
    return examined;
  }

  static std::unique_ptr<Slots> slots_;
  static std::unique_ptr<tasks::Task> task_;
  static std::unique_ptr<Problem> problem_;
  static TrainInstances train_;
  static std::unique_ptr<evaluators::Instance> probe_;
  std::unique_ptr<Known> asts_ = std::make_unique<Known>(), irs_ = std::make_unique<Known>();
  Novelty novelty_;
};
std::unique_ptr<Slots> Planted::slots_;
std::unique_ptr<tasks::Task> Planted::task_;
std::unique_ptr<Problem> Planted::problem_;
TrainInstances Planted::train_;
std::unique_ptr<evaluators::Instance> Planted::probe_;

TEST_F(Planted, LruWrittenAnewIsADuplicateBeforeAnythingCostlyIsRun) {
  auto lru = commit(kLru, 1);
  ASSERT_TRUE(lru.fitness) << lru.outcome.detail;
  auto anew = run(kLruAnew, 2);
  EXPECT_EQ(name_of(anew.outcome.kind), "duplicate") << anew.outcome.detail;
  EXPECT_EQ(anew.outcome.detail, "same behaviour on the probe as candidate 1");
  EXPECT_NE(anew.ast, lru.ast);
  EXPECT_NE(anew.ir, lru.ir);
  EXPECT_EQ(anew.probe, lru.probe);
  EXPECT_TRUE(anew.train.empty());
  EXPECT_FALSE(anew.stage_ns.contains("run"));
  EXPECT_FALSE(anew.emitted.empty()) << "its text is kept";
}

TEST_F(Planted, WithWitnessesItIsRunOnThoseAndNoMore) {
  commit(kLru, 1);
  auto anew = run(kLruAnew, 2, 3);
  EXPECT_EQ(anew.outcome.detail, "same behaviour on the probe and 3 instances as candidate 1");
  EXPECT_EQ(anew.train.size(), 3u);
  EXPECT_FALSE(anew.fitness);
}

TEST_F(Planted, WhereTheEarlierOneIsNotVisibleItIsRunAndFoundByItsWholeBehaviour) {
  auto lru = commit(kLru, 1);
  auto anew = run(kLruAnew, 1);
  EXPECT_EQ(name_of(anew.outcome.kind), "ok") << anew.outcome.detail;
  EXPECT_EQ(anew.behaviour, lru.behaviour);
  EXPECT_EQ(anew.train.size(), train_.size());
  EXPECT_EQ(novelty_.on_train(*anew.behaviour, anew.size, *anew.fitness, 2), 1u);
}

TEST_F(Planted, WhatDiffersFromLruOnlyRarelyIsNoDuplicate) {
  auto lru = commit(kLru, 1);
  auto rarely = commit(kLruRarely, 2);
  EXPECT_EQ(name_of(rarely.outcome.kind), "ok") << rarely.outcome.detail;
  EXPECT_NE(rarely.probe, lru.probe);
  EXPECT_NE(rarely.behaviour, lru.behaviour);
}

TEST_F(Planted, WhatTheProbeIsTooShortForIsFoundByTheAuditAndThenNeverLostAgain) {
  auto lru = commit(kLru, 1);
  auto lost = commit(kLruAtFirst, 2);
  EXPECT_EQ(name_of(lost.outcome.kind), "duplicate") << "if it is not, this test needs another trap";
  EXPECT_EQ(lost.probe, lru.probe) << "and the log says what it was taken for";
  asts_ = std::make_unique<Known>();  // written once more
  irs_ = std::make_unique<Known>();
  auto audited = commit(kLruAtFirst, 16, 0, true);
  EXPECT_EQ(name_of(audited.outcome.kind), "ok") << audited.outcome.detail;
  EXPECT_EQ(audited.audits, 1u);
  EXPECT_NE(audited.behaviour, lru.behaviour);
  auto later = run(kLruAnew, 17);
  EXPECT_EQ(name_of(later.outcome.kind), "duplicate") << "once an instance has told the two apart: " << later.outcome.detail;
  EXPECT_FALSE(later.train.empty());
}

TEST_F(Planted, WhatTheProbeIsTooShortForIsFoundByAWitness) {
  commit(kLru, 1);
  auto found = commit(kLruAtFirst, 2, 3);
  EXPECT_EQ(name_of(found.outcome.kind), "ok") << found.outcome.detail;
}

TEST_F(Planted, TheProbeTellsTheBaselinesApart) {
  std::map<Digest, std::string> by_probe, by_train;
  for (const auto& baseline : task_->baselines) {
    auto examined = run(baseline.text, 0);
    ASSERT_TRUE(examined.fitness) << baseline.name << ": " << examined.outcome.detail;
    const auto [same_train, is_new] = by_train.emplace(*examined.behaviour, baseline.name);
    const auto [same_probe, differs] = by_probe.emplace(*examined.probe, baseline.name);
    EXPECT_EQ(is_new, differs) << baseline.name << ", " << same_train->second << ", " << same_probe->second;
  }
  EXPECT_GE(by_probe.size(), 6u);
}

TEST_F(Planted, TheProbeIsTheSameEachTimeAndCheapAgainstTheRest) {
  auto again = expect_value(problem_->domain.probe(*task_));
  EXPECT_EQ(again->digest(), probe_->digest());
  std::uint64_t all = 0;
  for (const auto& instance : train_) all += instance->cost();
  EXPECT_LT(probe_->cost() * 10, all);
}

// A campaign ------------------------------------------------------------------------------------------------------------

class NoveltyCampaign : public CampaignTest {
 protected:
  void expect_run(const std::string& name, std::uint64_t candidates, unsigned threads) {
    auto chosen = options(name, candidates, threads);
    chosen.seed = 7;
    expect_success(run(chosen));
  }
};

TEST_F(NoveltyCampaign, HoldsNoBehaviourTwiceOnAnIslandAndReadsTheSameOnEveryMachine) {
  const Json search{{"novelty", "behaviour"}, {"elites", 8}, {"migration_every", 20}, {"islands", 2}};
  task_ = make_task(folder_.path(), {"fifo", "lru", "s3fifo", "sieve"}, search);
  expect_run("one", 56, 1);
  expect_run("three", 56, 3);
  EXPECT_EQ(head_of("one"), head_of("three"));
  auto log = archive("one");
  expect_done(log->verify_chain());

  std::map<std::uint64_t, Digest> behaviour;
  Population population({2, 8, 20});
  std::uint64_t commits = 0;
  expect_done(log->for_each_summary([&](const CandidateSummary& summary) {
    if (summary.behaviour) behaviour[summary.index] = *summary.behaviour;
    population.apply({summary, nullptr});
    ++commits;
    for (std::uint32_t i = 0; i < population.islands(); ++i) {
      std::set<Digest> held;
      for (const Elite& elite : population.island(i)) EXPECT_TRUE(held.insert(behaviour.at(elite.index)).second) << "after " << commits << " commits, candidate " << elite.index;
    }
  }));
  std::size_t before = 0, after = 0;
  for (const auto& record : expect_value(log->candidates())) {
    const bool on_probe = record.outcome.detail.starts_with("same behaviour on the probe"), on_train = record.outcome.detail.starts_with("same behaviour as");
    before += on_probe, after += on_train;
    if (!on_probe && !on_train) continue;
    EXPECT_EQ(name_of(record.outcome.kind), "duplicate");
    EXPECT_TRUE(record.probe) << record.index;
    EXPECT_TRUE(record.emitted && !record.fitness && record.train.size() < 2) << record.index;
  }
  EXPECT_GT(before, 0u);
}

TEST_F(NoveltyCampaign, GoesOnWhereItStoppedWithWhatItKnew) {
  task_ = make_task(folder_.path(), {"fifo", "lru", "sieve"}, {{"novelty", "behaviour"}, {"audit", 5}});
  expect_run("whole", 28, 2);
  expect_run("parts", 16, 2);
  expect_success(resume("parts", 28));
  expect_same_candidates("whole", "parts", 28);
}

}  // namespace
}  // namespace assay::evolve
