// Tuning of marked constants: the steps by themselves, the tuner against a landscape that is known, and whole campaigns.

#include "evolve/tune.h"

#include <bit>
#include <cmath>
#include <set>

#include "evolve/mutate/build.h"
#include "evolve/mutate/operators.h"
#include "evolve/settings.h"
#include "evolve/told.h"
#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;
using mutate::integer;

Mark whole(std::int64_t value, std::int64_t low, std::int64_t high) { return {"a", false, value, low, high}; }
Mark real(double value, double low, double high) {
  return {"a", true, std::bit_cast<std::int64_t>(value), std::bit_cast<std::int64_t>(low), std::bit_cast<std::int64_t>(high)};
}

/// i64 f() { const i64 m0 = tunable(..); const i64 m1 = tunable(..) ...; return m0 + tunable(5, 0, 9) } with one nameless mark at the end.
verify::Policy policy_with(const std::vector<Mark>& named) {
  verify::PolicyFunction function;
  function.name = "f";
  function.return_type = "i64";
  for (std::size_t i = 0; i < named.size(); ++i) {
    verify::Stmt declare;
    declare.kind = verify::StmtKind::declare;
    declare.type = "i64";
    declare.is_const = true;
    declare.text = "m" + std::to_string(i);
    declare.exprs = {mutate::call("tunable", {integer(named[i].value), integer(named[i].low), integer(named[i].high)})};
    function.body.push_back(declare);
  }
  function.body.push_back(mutate::give_back(mutate::binary("+", mutate::name("m0"), mutate::call("tunable", {integer(5), integer(5), integer(5)}))));
  return {{function}};
}

TEST(Marks, AreFoundInTheOrderOfTheTextByTheNamesOfTheirVariables) {
  const auto marks = marks_of(policy_with({whole(8, 1, 64), whole(3, 0, 9)}));
  ASSERT_EQ(marks.size(), 3u);
  EXPECT_EQ(marks[0].name, "m0");
  EXPECT_EQ(marks[1].name, "m1");
  EXPECT_EQ(marks[2].name, "#3");
  EXPECT_EQ(marks[0].value, 8);
  EXPECT_EQ(marks[0].high, 64);
}

TEST(Marks, TakeOtherValuesAndNothingElseChanges) {
  const auto policy = policy_with({whole(8, 1, 64), whole(3, 0, 9)});
  const std::int64_t values[] = {13, 0, 5};
  const auto tuned = with_values(policy, values);
  EXPECT_NE(verify::digest(tuned), verify::digest(policy));
  EXPECT_NE(verify::emit(tuned).find("const i64 m0 = tunable(13, 1, 64);"), std::string::npos) << verify::emit(tuned);
  const std::int64_t back[] = {8, 3, 5};
  EXPECT_EQ(verify::digest(with_values(tuned, back)), verify::digest(policy));
}

TEST(Steps, StayWithinTheBoundsWhateverTheyAre) {
  constexpr std::int64_t kMin = INT64_MIN, kMax = INT64_MAX;
  for (const Mark& mark : {whole(8, 1, 64), whole(0, 0, 1000000), whole(1, 1, kMax), whole(kMax, kMin, kMax), whole(kMin, kMin, kMax), whole(0, kMin, kMax),
                           whole(-3, -100, -1), whole(5, 5, 5), whole(0, 0, kMax), whole(2, 1, 3)})
    for (std::uint32_t level = 0; level <= kFinestStep; ++level)
      for (bool up : {true, false}) {
        const auto value = stepped(mark, level, up);
        EXPECT_GE(value, mark.low);
        EXPECT_LE(value, mark.high);
        if (up) EXPECT_TRUE(value > mark.value || mark.value == mark.high) << mark.value << " level " << level << " gave " << value;
        else EXPECT_TRUE(value < mark.value || mark.value == mark.low) << mark.value << " level " << level << " gave " << value;
      }
}

TEST(Steps, OfAnF64StayWithinTheBoundsAndAreShort) {
  constexpr double kBig = 1.7e308;
  for (const Mark& mark : {real(0.5, 0, 1), real(0.001, 0.001, 100), real(-2, -kBig, kBig), real(kBig, -kBig, kBig), real(0, 0, 0), real(1e-300, 1e-300, 1e300)})
    for (std::uint32_t level = 0; level <= kFinestStep; ++level)
      for (bool up : {true, false}) {
        const double value = std::bit_cast<double>(stepped(mark, level, up));
        EXPECT_GE(value, std::bit_cast<double>(mark.low));
        EXPECT_LE(value, std::bit_cast<double>(mark.high));
      }
  EXPECT_EQ(std::bit_cast<double>(stepped(real(0.5, 0, 1), 0, true)), 0.75);
  EXPECT_EQ(std::bit_cast<double>(stepped(real(0.1, 0.001, 100), 2, true)), 0.2054) << "four digits";
}

TEST(Steps, GoByFactorsWhereTheBoundsAreWide) {
  EXPECT_EQ(stepped(whole(8, 1, 65536), 0, true), 128);
  EXPECT_EQ(stepped(whole(128, 1, 65536), 0, false), 8);
  EXPECT_EQ(stepped(whole(8, 1, 65536), 2, true), 16);
  EXPECT_EQ(stepped(whole(0, 0, 65535), 0, true), 15);
  EXPECT_EQ(stepped(whole(4, 1, 9), 0, true), 6) << "and by sums where they are not";
}

// The tuner ------------------------------------------------------------------------------------------------------------

/// A campaign in small: a known fitness for each pair of values, results visible `window` later, every turn that the tuner does not
/// take goes to a model that never gives anything.
class Landscape {
 public:
  Landscape(std::vector<Mark> marks, std::function<double(const std::vector<std::int64_t>&)> fitness, std::uint64_t per_family)
      : policy_(policy_with(marks)), fitness_(std::move(fitness)), per_family_(per_family), tuner_(per_family), view_(PopulationSettings{1, 24, 0}) {
    commit(0, std::nullopt, policy_);  // the only baseline
  }

  void run(std::uint64_t candidates) {
    for (std::uint64_t index = commits_.size(); index < candidates; ++index) one(index);
  }
  /// As a resume does: nothing but the log is known.
  void restart() {
    tuner_ = Tuner(per_family_);
    view_ = Population(PopulationSettings{1, 24, 0});
    viewed_ = 0;
    for (const auto& [index, record] : records_) tuner_.proposed(index, record);
    advance(commits_.size());
  }
  const std::vector<Commit>& commits() const { return commits_; }
  const std::map<std::uint64_t, TuningRecord>& records() const { return records_; }
  const std::vector<std::string>& operations() const { return operations_; }
  std::uint64_t seeds() const { return 1; }
  const Elite& best() const { return *view_.best(); }

 private:
  static constexpr std::uint64_t kWindow = 4;

  void advance(std::uint64_t index) {
    for (; viewed_ < std::max<std::uint64_t>(1, index + 1 >= kWindow ? index + 1 - kWindow : 0) && viewed_ < commits_.size(); ++viewed_) {
      view_.apply(commits_[viewed_]);
      tuner_.learn(commits_[viewed_].summary);
    }
  }
  void one(std::uint64_t index) {
    advance(index);
    auto seen = [this](const Digest& ast) { return asts_.contains(ast.hex()); };
    auto tuning = tuner_.next(view_, index, 1, seen);
    if (!tuning) return commit(index, std::nullopt, std::nullopt);
    tuner_.proposed(index, tuning->record);
    records_[index] = tuning->record;
    operations_.push_back(tuning->operation);
    auto tuned = with_values(tuning->choice.parents[0].material->policy, tuning->record.values);
    EXPECT_EQ(verify::emit(tuned), tuning->text);
    commit(index, tuning->choice.parents[0].fitness, std::move(tuned));
  }
  void commit(std::uint64_t index, std::optional<double> parent, std::optional<verify::Policy> policy) {
    Commit commit;
    commit.summary.index = index;
    commit.summary.is_seed = index == 0;
    commit.summary.outcome = policy ? OutcomeKind::ok : OutcomeKind::no_completion;
    if (policy) {
      std::vector<std::int64_t> values;
      for (const Mark& mark : marks_of(*policy)) values.push_back(mark.value);
      const double fitness = fitness_(values);
      EXPECT_TRUE(asts_.insert(verify::digest(*policy).hex()).second) << "no policy is tried twice";
      if (!parent || fitness < *parent) commit.summary.fitness = fitness;
      commit.material = std::make_shared<const Material>(Material{std::move(*policy), {fitness}});
    }
    commits_.push_back(std::move(commit));
  }

  verify::Policy policy_;
  std::function<double(const std::vector<std::int64_t>&)> fitness_;
  std::uint64_t per_family_;
  Tuner tuner_;
  Population view_;
  std::uint64_t viewed_ = 0;
  std::vector<Commit> commits_;
  std::map<std::uint64_t, TuningRecord> records_;
  std::vector<std::string> operations_;
  std::set<std::string> asts_;
};

double bowl(const std::vector<std::int64_t>& v) {
  const double a = std::abs(std::log2(static_cast<double>(v[0])) - std::log2(700.0)), b = static_cast<double>(v[1] - 17);
  return 1 + a + 0.01 * b * b;
}
std::vector<Mark> two_marks() { return {whole(8, 1, 65536), whole(50, 0, 60)}; }

TEST(Tuner, FindsTheBottomOfABowlOfTwoMarksWithoutAModel) {
  Landscape land(two_marks(), bowl, 60);
  land.run(400);
  const auto marks = marks_of(land.best().material->policy);
  EXPECT_NEAR(static_cast<double>(marks[0].value), 700, 60);
  EXPECT_NEAR(static_cast<double>(marks[1].value), 17, 1);
  EXPECT_EQ(marks[2].value, 5) << "bounds without room";
  ASSERT_FALSE(land.operations().empty());
  EXPECT_EQ(land.operations()[0], "tune m0 = 8 -> 128");
}

TEST(Tuner, EndsWithItsNumberAndWhereNoStepHelps) {
  Landscape few(two_marks(), bowl, 7);
  few.run(200);
  EXPECT_EQ(few.records().size(), 7u);
  // Level 6 of bounds 0..60 is one. So a bottom has 2 neighbours a level and mark, less those that are the same.
  Landscape flat({whole(17, 0, 60)}, [](const auto& v) { return std::abs(static_cast<double>(v[0] - 17)); }, 10000);
  flat.run(400);
  EXPECT_GE(flat.records().size(), 8u);
  EXPECT_LE(flat.records().size(), 14u);
  EXPECT_EQ(flat.best().index, 0u);
}

TEST(Tuner, TakesAtMostEverySecondTurn) {
  Landscape land(two_marks(), bowl, 10000);
  land.run(60);
  std::uint64_t so_far = 0;
  for (std::uint64_t index = 0; index < 60; ++index) {
    so_far += land.records().contains(index);
    if (index >= land.seeds()) EXPECT_LE(2 * so_far, index + 1 - land.seeds()) << index;
  }
  EXPECT_GT(so_far, 10u);
}

TEST(Tuner, WithoutTheSettingOrWithoutMarksItDoesNothing) {
  Landscape off(two_marks(), bowl, 0);
  off.run(50);
  EXPECT_TRUE(off.records().empty());
  Landscape plain({whole(4, 4, 4)}, [](const auto&) { return 1.0; }, 50);
  plain.run(50);
  EXPECT_TRUE(plain.records().empty());
}

TEST(Tuner, GoesOnTheSameAfterARestartAtAnyPoint) {
  Landscape whole_run(two_marks(), bowl, 40);
  whole_run.run(120);
  for (std::uint64_t at = 1; at < 120; at += 3) {
    Landscape land(two_marks(), bowl, 40);
    land.run(at);
    land.restart();
    land.run(120);
    EXPECT_EQ(land.operations(), whole_run.operations()) << "restarted at " << at;
  }
}

TEST(Tuner, ATuningThatWentBeyondAnotherFamilysBestIsFollowedFirst) {
  Landscape land(two_marks(), bowl, 40);
  land.run(30);
  for (const auto& [index, record] : land.records()) EXPECT_EQ(record.of, 0u) << "a tuning of a tuning is one of its root";
}

TEST(TuneSettings, AreWrittenOnlyWhereTheyAreNotTheDefault) {
  EXPECT_FALSE(to_json(expect_value(read_search(Json::object(), "x"))).contains("tune"));
  const auto read = expect_value(read_search({{"tune", 12}}, "x"));
  EXPECT_EQ(read.tune, 12u);
  EXPECT_EQ(expect_value(read_search(to_json(read), "x")).tune, 12u);
  for (const Json& wrong : {Json(-1), Json(10001), Json("many")}) EXPECT_FALSE(read_search({{"tune", wrong}}, "x")) << wrong;
}

TEST(TuneSettings, ARecordKeepsItsTuningAndNoOther) {
  CandidateRecord record = sample_candidate(9);
  EXPECT_FALSE(to_json(record).contains("tuning"));
  record.tuning = TuningRecord{4, 1, 2, false, {INT64_MIN, -1, INT64_MAX}};
  const auto again = expect_value(candidate_from_json(Json::parse(to_json(record).dump())));
  ASSERT_TRUE(again.tuning);
  EXPECT_EQ(to_json(again), to_json(record));
  Json damaged = to_json(record);
  damaged["tuning"]["mark"] = 3;
  EXPECT_FALSE(candidate_from_json(damaged)) << "it has three values";
  damaged["tuning"] = "yes";
  EXPECT_FALSE(candidate_from_json(damaged));
}

// In the language and in the mutator -----------------------------------------------------------------------------------

TEST(Mutation, ChangesAMarksValueWithinItsBoundsAndNeverTheBounds) {
  const auto contract = expect_value(tasks::read_contract(fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache/policy.h"));
  std::set<std::int64_t> values;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto policy = policy_with({whole(3, 1, 6)});
    Random random(seed, 1);
    mutate::Edit edit{policy, contract, random};
    if (!mutate::tweak_constant(edit)) continue;
    const auto marks = marks_of(policy);
    ASSERT_EQ(marks.size(), 2u);
    EXPECT_EQ(marks[0].low, 1);
    EXPECT_EQ(marks[0].high, 6);
    EXPECT_TRUE(marks[0].value >= 1 && marks[0].value <= 6 && marks[0].value != 3) << marks[0].value;
    EXPECT_EQ(marks[1].value, 5) << "a mark without room";
    values.insert(marks[0].value);
  }
  EXPECT_GE(values.size(), 3u);
}

// Campaigns ------------------------------------------------------------------------------------------------------------

/// S3-FIFO with a small queue that is far too large, and says so.
constexpr const char* kMarked =
    "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return ghost.known == 1 ? 1 : 0; }\n"
    "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { mark.count = min(mark.count + 1, tunable(1, 1, 9)); return kStay; }\n"
    "i64 pick_queue(const Queues& queues, Memory& memory) {\n"
    "  const i64 share = tunable(2, 2, 100);\n"
    "  return queues.bytes[1] > queues.capacity - queues.capacity / share ? 1 : 0;\n"
    "}\n"
    "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {\n"
    "  if (object.queue == 0) { if (mark.count < 1) return kEvict; mark.count = 0; return 1; }\n"
    "  if (mark.count == 0) return kForget;\n"
    "  mark.count -= 1;\n"
    "  return 1;\n"
    "}\n";

class TuneCampaign : public CampaignTest {
 protected:
  void SetUp() override {
    task_ = make_task(folder_.path(), {"fifo"}, {{"tune", 12}, {"window", 4}});
    std::ofstream(folder_.path() / "marked.md") << "```cpp\n" << kMarked << "```\n";
    std::ofstream(folder_.path() / "model.sh") << script_head(6) << "cat " << (folder_.path() / "marked.md").string() << "\n";
  }
  CampaignOptions tuned(const std::string& name, std::uint64_t candidates, unsigned threads = 2) const {
    return with_command(name, candidates, script("model.sh"), threads);
  }
};

TEST_F(TuneCampaign, AMarkedEliteIsTunedWithoutTheModelAndItsBestBecomesAnElite) {
  expect_success(run(tuned("out", 24)));
  auto log = archive("out");
  expect_done(log->verify_chain());
  const auto records = expect_value(log->candidates());
  std::size_t tunings = 0, better = 0;
  double usd = 0;
  for (const auto& record : records) {
    usd += record.usd;
    if (!record.tuning) continue;
    ++tunings;
    EXPECT_EQ(record.provider, "tune");
    EXPECT_EQ(record.usd, 0);
    EXPECT_TRUE(record.operation.starts_with("tune share = ") || record.operation.starts_with("tune #1 = ")) << record.operation;
    EXPECT_EQ(records.at(record.tuning->of).provider, "exec");
    better += record.fitness && *record.fitness < *records.at(record.tuning->of).fitness;
    if (!record.fitness) EXPECT_TRUE(record.outcome.kind == OutcomeKind::abandoned || record.outcome.kind == OutcomeKind::duplicate) << record.outcome.detail;
  }
  EXPECT_GE(tunings, 4u);
  EXPECT_LE(tunings, 12u);
  EXPECT_GE(better, 1u);
  EXPECT_EQ(usd, 0.25 * static_cast<double>(records.size() - 1 - tunings)) << "one call for each other candidate";
  EXPECT_EQ(content_of(folder_.path() / "calls").size(), records.size() - 1 - tunings);
  const auto best = std::ranges::min_element(records, {}, [](const auto& r) { return r.fitness.value_or(9); });
  EXPECT_EQ(best->provider, "tune");

  const auto task = expect_value(tasks::load_task(task_));
  const auto problem = expect_value(Problem::of(task));
  bool shown = false;
  for (const auto& record : records) {
    if (record.provider == "exec") {
      const auto prompt = expect_value(told(*log, problem, record.index));
      EXPECT_EQ(prompt.as_recorded, true) << record.index;
      EXPECT_NE(prompt.prompt.find("tunable(value, low, high)"), std::string::npos);
      shown = shown || (!record.parents.empty() && records.at(record.parents[0]).tuning);
    } else if (record.tuning) {
      auto none = told(*log, problem, record.index);
      ASSERT_FALSE(none);
      EXPECT_NE(none.error().what.find("is a tuning of candidate"), std::string::npos);
    }
  }
  EXPECT_TRUE(shown) << "a later prompt shows tuned values";
}

TEST_F(TuneCampaign, ThreadsKillsAndReplaysChangeNothing) {
  expect_success(run(tuned("one", 16, 1)));
  expect_success(run(tuned("four", 16, 4)));
  EXPECT_EQ(head_of("four"), head_of("one"));
  EXPECT_TRUE(std::ranges::any_of(expect_value(archive("one")->candidates()), [](const auto& record) { return record.tuning.has_value(); }));
  kill_in_a_call_and_resume(tuned("killed", 16));
  EXPECT_EQ(head_of("killed"), head_of("one"));
  fs::remove(folder_.path() / "model.sh");
  expect_replay("one");
}

}  // namespace
}  // namespace assay::evolve
