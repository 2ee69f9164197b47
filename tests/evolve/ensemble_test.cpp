// Several models at once: the bandit's law, who is asked when one cannot answer, and whole campaigns.

#include "evolve/providers/ensemble.h"

#include <numeric>
#include <thread>

#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

// The bandit -----------------------------------------------------------------------------------------------------------

struct Arm {
  double rate, usd;
};

/// How often each arm is pulled in `draws`, where what came of a pull is known `lag` pulls later.
std::vector<int> pulls_of(const std::vector<Arm>& arms, int draws, std::uint64_t seed, std::size_t lag = 8, BanditSettings settings = {}) {
  Bandit bandit(arms.size(), settings);
  std::vector<int> pulls(arms.size(), 0);
  std::vector<std::pair<std::uint32_t, double>> open;
  for (int draw = 0; draw < draws; ++draw) {
    Random random(seed, static_cast<std::uint64_t>(draw)), world(seed + 1000, static_cast<std::uint64_t>(draw));
    const std::uint32_t arm = bandit.order(random).front();
    ++pulls[arm];
    open.push_back({arm, world.chance(arms[arm].rate) ? 1.0 : 0.0});
    if (open.size() < lag) continue;
    bandit.learn(open.front().first, open.front().second, arms[open.front().first].usd);
    open.erase(open.begin());
  }
  return pulls;
}

void expect_most(std::size_t best, const std::vector<Arm>& arms) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto pulls = pulls_of(arms, 300, seed);
    EXPECT_EQ(std::accumulate(pulls.begin(), pulls.end(), 0), 300);
    for (std::size_t i = 0; i < arms.size(); ++i) {
      EXPECT_GE(pulls[i], 2) << "every arm is tried; arm " << i << " seed " << seed;
      if (i != best) EXPECT_GT(pulls[best], pulls[i]) << "arm " << i << " seed " << seed;
    }
    EXPECT_GT(pulls[best], 150) << "seed " << seed;
  }
}

TEST(Bandit, AsksMostWhoGivesMostForADollar) {
  expect_most(0, {{0.3, 0.001}, {0.6, 0.01}});
  expect_most(1, {{0.02, 0.001}, {0.9, 0.01}});
  expect_most(2, {{0.5, 0.02}, {0.2, 0.02}, {0.5, 0.004}});
}

TEST(Bandit, CountsCallsWhereAllAreFree) { expect_most(1, {{0.1, 0}, {0.7, 0}, {0.1, 0}}); }

TEST(Bandit, AFreeArmThatGivesNothingIsNotWorthEverything) { expect_most(0, {{0.5, 0.01}, {0.0, 0}}); }

TEST(Bandit, AFreeArmThatGivesAsMuchIsAskedMost) { expect_most(1, {{0.3, 0.01}, {0.3, 0}}); }

TEST(Bandit, GoesOverToAnotherWhenTheBestFades) {
  Bandit bandit(2, {2, 30});
  for (int i = 0; i < 200; ++i) bandit.learn(0, 1, 0.01), bandit.learn(1, 0.4, 0.01);
  for (int i = 0; i < 150; ++i) bandit.learn(0, 0, 0.01);
  int second = 0;
  for (std::uint64_t draw = 0; draw < 100; ++draw) {
    Random random(3, draw);
    second += bandit.order(random).front() == 1;
  }
  EXPECT_GT(second, 90);
}

TEST(Bandit, OrdersAllArmsAndTheSameEachTime) {
  Bandit bandit(5);
  for (std::size_t arm = 0; arm < 5; ++arm)
    for (int i = 0; i < 4; ++i) bandit.learn(arm, 0.2 * static_cast<double>(arm), 0);
  for (std::uint64_t draw = 0; draw < 20; ++draw) {
    Random one(9, draw), two(9, draw);
    auto order = bandit.order(one);
    EXPECT_EQ(order, bandit.order(two));
    std::ranges::sort(order);
    EXPECT_EQ(order, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  }
}

// The ensemble ---------------------------------------------------------------------------------------------------------

/// A member that says what it is told to say.
struct Fake final : Provider {
  double usd = 0;
  unsigned calls_at_once = 0;
  std::atomic<bool> up = true, reads = true;
  std::optional<Error> error;
  std::atomic<int> calls = 0, open = 0, most_open = 0;

  bool reads_prompts() const override { return reads; }
  double worst_usd(const Proposal&) const override { return usd * 3; }
  unsigned concurrency() const override { return calls_at_once; }
  bool available() const override { return up; }
  Result<Completion> complete(const Proposal&) override {
    ++calls;
    for (int now = ++open, most = most_open; now > most && !most_open.compare_exchange_weak(most, now);) {}
    std::this_thread::yield();
    --open;
    if (error) return std::unexpected(*error);
    Completion completion;
    completion.usd = usd;
    return completion;
  }
};

class EnsembleTest : public testing::Test {
 protected:
  Fake& add(const std::string& name) {
    auto fake = std::make_unique<Fake>();
    Fake& kept = *fake;
    members_.push_back({name, std::move(fake)});
    return kept;
  }
  Provider& ensemble() {
    if (!ensemble_) ensemble_ = make_ensemble("ensemble", std::move(members_), {});
    return *ensemble_;
  }
  /// As the search asks.
  Result<Completion> ask(Proposal& proposal) {
    for (;;) {
      ensemble().choose(proposal);
      auto completion = ensemble().complete(proposal);
      if (!completion || !completion->ask_another) return completion;
    }
  }
  static Proposal ordered(std::vector<std::uint32_t> order) {
    Proposal proposal;
    proposal.order = std::move(order);
    return proposal;
  }

 private:
  std::vector<EnsembleMember> members_;
  std::unique_ptr<Provider> ensemble_;
};

TEST_F(EnsembleTest, AsksTheFirstInOrderAndReservesWhatThatOneMayCost) {
  add("cheap").usd = 0.01;
  add("dear").usd = 1;
  auto proposal = ordered({1, 0});
  auto completion = expect_value(ask(proposal));
  EXPECT_EQ(completion.member, "dear");
  EXPECT_EQ(ensemble().worst_usd(proposal), 3);
  auto other = ordered({0, 1});
  EXPECT_EQ(expect_value(ask(other)).member, "cheap");
  EXPECT_EQ(ensemble().worst_usd(other), 0.03);
}

TEST_F(EnsembleTest, PassesOverAMemberWhoseBreakerIsOpenUntilItIsClosed) {
  Fake& first = add("first");
  add("second");
  first.up = false;
  auto proposal = ordered({0, 1});
  EXPECT_EQ(expect_value(ask(proposal)).member, "second");
  first.up = true;
  EXPECT_EQ(expect_value(ask(proposal)).member, "first");
}

TEST_F(EnsembleTest, WaitsForTheFirstWhereEveryBreakerIsOpen) {
  Fake& first = add("first");
  add("second").up = false;
  first.up = false;
  auto proposal = ordered({0, 1});
  EXPECT_EQ(expect_value(ask(proposal)).member, "first");
}

TEST_F(EnsembleTest, AMemberThatEndsInAnErrorIsOutAndTheOthersGoOn) {
  Fake& broke = add("broke");
  add("fine");
  broke.error = Error{"money spent", Fault::provider};
  for (int i = 0; i < 3; ++i) {
    auto proposal = ordered({0, 1});
    EXPECT_EQ(expect_value(ask(proposal)).member, "fine");
  }
  EXPECT_EQ(broke.calls, 1) << "it is not asked again";
}

TEST_F(EnsembleTest, WithNobodyLeftTheErrorNamesEachMembersReason) {
  add("a").error = Error{"money spent", Fault::provider};
  add("b").error = Error{"key refused", Fault::provider};
  auto proposal = ordered({0, 1});
  auto completion = ask(proposal);
  ASSERT_FALSE(completion);
  EXPECT_EQ(completion.error().fault, Fault::provider);
  EXPECT_EQ(completion.error().what, "provider ensemble: no member is left\na: money spent\nb: key refused");
}

TEST_F(EnsembleTest, AFailureOfTheHarnessIsNoReasonToTakeAMemberOut) {
  Fake& member = add("a");
  add("b");
  member.error = Error{"no disk"};
  auto proposal = ordered({0, 1});
  auto completion = ask(proposal);
  ASSERT_FALSE(completion);
  EXPECT_EQ(completion.error().what, "no disk");
}

TEST_F(EnsembleTest, RepairsGoToTheMemberThatAnsweredFirst) {
  Fake& first = add("a");
  Fake& second = add("b");
  auto proposal = ordered({0, 1});
  proposal.attempt = 1;
  proposal.answered_by = "b";
  EXPECT_EQ(expect_value(ask(proposal)).member, "b");
  second.reads = false;
  EXPECT_EQ(expect_value(ask(proposal)).outcome.kind, OutcomeKind::no_completion) << "what reads no prompts repairs nothing";
  second.reads = true;
  second.error = Error{"money spent", Fault::provider};
  for (int i = 0; i < 2; ++i) {
    auto none = expect_value(ask(proposal));
    EXPECT_EQ(none.outcome.kind, OutcomeKind::no_completion);
    EXPECT_NE(none.outcome.detail.find("member b: money spent"), std::string::npos) << none.outcome.detail;
  }
  EXPECT_EQ(first.calls, 0);
}

TEST_F(EnsembleTest, EachMemberKeepsItsOwnNumberOfCallsAtOnce) {
  Fake& one = add("one");
  Fake& two = add("two");
  one.calls_at_once = 1;
  two.calls_at_once = 2;
  EXPECT_EQ(ensemble().concurrency(), 3u);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          auto proposal = ordered({t % 2, 1 - t % 2});
          EXPECT_TRUE(ask(proposal));
        }
      });
  }
  EXPECT_EQ(one.calls + two.calls, 400);
  EXPECT_EQ(one.most_open, 1);
  EXPECT_LE(two.most_open, 2);
}

TEST_F(EnsembleTest, LearnsFromRecordsAloneThatABetterChildIsWorthMoreThanANewElite) {
  add("improves");
  add("fails");
  std::uint64_t index = 0;
  ensemble().learn({index++, "baseline", {}, 0, 1.0, true});
  for (int i = 0; i < 40; ++i) {
    ensemble().learn({index++, "ensemble/improves", {0}, 0.01, 0.5, true});
    ensemble().learn({index++, "ensemble/fails", {0}, 0.01, i % 2 ? std::nullopt : std::optional(2.0), true});
    ensemble().learn({index++, "ensemble/nobody", {0}, 0.01, 0.1, true});
    ensemble().learn({index++, "tune", {0}, 0, 0.1, true});
  }
  int first = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    Proposal proposal;
    proposal.index = index + i;
    ensemble().plan(proposal);
    ASSERT_EQ(proposal.order.size(), 2u);
    first += proposal.order[0] == 0;
  }
  EXPECT_GT(first, 95);
}

TEST(EnsembleSettings, WhatIsWrongIsSaidWithTheMembersName) {
  auto error = [](const Json& json) {
    auto made = make_provider("ensemble", json);
    EXPECT_FALSE(made) << json;
    return made ? "" : made.error().what;
  };
  auto member = [](const std::string& name, const std::string& provider, Json settings) { return Json{{"name", name}, {"provider", provider}, {"settings", std::move(settings)}}; };
  const Json good = member("m", "mutate", Json::object());
  EXPECT_TRUE(make_provider("ensemble", {{"members", {good}}}));
  EXPECT_EQ(error({{"members", {good}}, {"mambers", 1}}), "provider ensemble: unknown setting \"mambers\"; known: members, least, memory");
  EXPECT_EQ(error({{"members", {{{"name", "a"}, {"provider", "mutate"}, {"sattings", 1}}}}}), "provider ensemble: member 1: unknown setting \"sattings\"; known: name, provider, settings");
  EXPECT_NE(error({{"members", {good, good}}}).find("two members are named \"m\""), std::string::npos);
  EXPECT_NE(error({{"members", Json::array()}}).find("\"members\" is a list of 1 to 32"), std::string::npos);
  EXPECT_NE(error({{"members", {good}}, {"least", 0}}).find("\"least\""), std::string::npos);
  EXPECT_NE(error({{"members", {good}}, {"memory", 1}}).find("\"memory\""), std::string::npos);
  EXPECT_NE(error({{"members", {member("a/b", "mutate", Json::object())}}}).find("\"name\" is 1 to 40"), std::string::npos);
  EXPECT_NE(error({{"members", {member("m", "nothing", Json::object())}}}).find("member m: unknown provider \"nothing\"; known: mutate"), std::string::npos);
  EXPECT_NE(error({{"members", {member("m", "ensemble", {{"members", {good}}})}}}).find("ensemble cannot be a member"), std::string::npos);
  EXPECT_NE(error({{"members", {member("m", "replay", {{"folder", "x"}})}}}).find("replay cannot be a member"), std::string::npos);
  EXPECT_NE(error({{"members", {member("m", "exec", {{"comand", "x"}})}}}).find("member m: provider exec: unknown setting \"comand\""), std::string::npos);
}

// Campaigns ------------------------------------------------------------------------------------------------------------

class EnsembleCampaign : public CampaignTest {
 protected:
  void SetUp() override {
    task_ = make_task(folder_.path(), {"fifo"}, {{"window", 4}, {"repair", 1}});
    const std::string here = folder_.path().string();
    // Its answer depends on the prompt alone: S3-FIFO with a small queue of some share.
    std::ofstream(folder_.path() / "good.sh")
        << script_head(5) << "n=$(( $(cksum < " << here << "/prompt.$$ | cut -d' ' -f1) % 40 + 2 ))\n"
        << "cat <<END\n\\`\\`\\`cpp\n"
        << "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return ghost.known == 1 ? 1 : 0; }\n"
        << "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { mark.count = min(mark.count + 1, 3); return kStay; }\n"
        << "i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[1] > queues.capacity - queues.capacity / $n ? 1 : 0; }\n"
        << "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {\n"
        << "  if (object.queue == 0) { if (mark.count < 1) return kEvict; mark.count = 0; return 1; }\n"
        << "  if (mark.count == 0) return kForget;\n  mark.count -= 1;\n  return 1;\n}\n\\`\\`\\`\nEND\n";
    std::ofstream(folder_.path() / "bad.sh") << "cat > /dev/null\nprintf x >> " << here << "/calls\necho 'I would rather not.'\n";
  }
  Json member(const std::string& name, const std::string& command, double usd) const {
    return {{"name", name}, {"provider", "exec"}, {"settings", {{"command", command}, {"usd_per_call", usd}, {"concurrency", 2}}}};
  }
  CampaignOptions asking(const Json& members, const std::string& name, std::uint64_t candidates, unsigned threads = 2) const {
    CampaignOptions chosen = options(name, candidates, threads);
    chosen.provider = "ensemble";
    chosen.provider_settings = {{"members", members}};
    return chosen;
  }
  void expect_replay_without_members(const std::string& name) {
    for (const char* file : {"good.sh", "bad.sh"}) fs::remove(folder_.path() / file);
    expect_replay(name);
  }
};

TEST_F(EnsembleCampaign, CountsPerMemberAndThreadsKillsAndReplaysChangeNothing) {
  const Json members = {member("good", script("good.sh"), 0.25), member("bad", script("bad.sh"), 0.5), {{"name", "free"}, {"provider", "mutate"}}};
  expect_success(run(asking(members, "one", 22, 1)));
  auto log = archive("one");
  expect_done(log->verify_chain());
  std::map<std::string, int> asked;
  for (const auto& record : expect_value(log->candidates())) {
    ++asked[record.provider];
    const double calls = 1 + static_cast<double>(record.repairs.size());
    if (record.provider == "ensemble/good") EXPECT_GE(record.usd, 0.25 * calls);
    if (record.provider == "ensemble/bad") EXPECT_EQ(std::pair(record.usd, record.outcome.kind), std::pair(0.5, OutcomeKind::no_completion));
    if (record.provider == "ensemble/free") EXPECT_EQ(record.usd, 0);
  }
  EXPECT_EQ(asked["baseline"], 1);
  EXPECT_EQ(asked["ensemble/good"] + asked["ensemble/bad"] + asked["ensemble/free"], 21);
  for (const char* name : {"ensemble/good", "ensemble/bad", "ensemble/free"}) EXPECT_GE(asked[name], 2) << name;
  EXPECT_LT(asked["ensemble/bad"], asked["ensemble/free"] + asked["ensemble/good"]);
  expect_success(run(asking(members, "four", 22, 4)));
  EXPECT_EQ(head_of("four"), head_of("one"));
  kill_in_a_call_and_resume(asking(members, "killed", 22));
  EXPECT_EQ(head_of("killed"), head_of("one"));
  expect_replay_without_members("one");
}

TEST_F(EnsembleCampaign, AMemberThatCannotStartIsOutAndAReplayTakesTheRecordedOnes) {
  const Json members = {member("gone", "exec /no/such/program", 0.01), member("good", script("good.sh"), 0.25)};
  expect_success(run(asking(members, "out", 8)));
  auto log = archive("out");
  for (const auto& record : expect_value(log->candidates()))
    if (record.index > 0) EXPECT_EQ(record.provider, "ensemble/good");
  expect_replay_without_members("out");
}

TEST_F(EnsembleCampaign, WithNobodyLeftTheCampaignEndsWithEveryReason) {
  const Json members = {member("a", "exec /no/such/program", 0), member("b", "exec /nor/this", 0)};
  const Ending ending = run(asking(members, "out", 8));
  EXPECT_TRUE(ending.failed());
  EXPECT_NE(ending.error.find("no member is left\na: provider exec: exec /no/such/program"), std::string::npos) << ending.error;
  EXPECT_NE(ending.error.find("\nb: provider exec: exec /nor/this"), std::string::npos) << ending.error;
}

}  // namespace
}  // namespace assay::evolve
