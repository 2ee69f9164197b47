// Proofs beside a search: what the prover promises, what of a verdict is in the log, and the settings.

#include "evolve/proofs.h"

#include <atomic>
#include <latch>

#include "evolve/settings.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

TEST(Prover, ProvesWhatIsAskedForAndAnswersInAnyOrder) {
  Prover prover(2, [](std::uint64_t candidate, const Source& source) -> Result<LoopProof> {
    return LoopProof{candidate % 2 ? "proved" : "unknown", static_cast<double>(candidate), source.text};
  });
  for (std::uint64_t i = 0; i < 20; ++i) prover.ask(i, Source{"text " + std::to_string(i)});
  for (std::uint64_t i = 20; i-- > 0;) {
    auto done = expect_value(prover.wait(i, {}));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->proof.verdict, i % 2 ? "proved" : "unknown");
    EXPECT_EQ(done->proof.why, "text " + std::to_string(i));
    EXPECT_GE(done->since, done->took);
  }
}

TEST(Prover, AProofThatErrsIsAnErrorOfTheHarnessThatNamesTheCandidate) {
  Prover prover(1, [](std::uint64_t candidate, const Source&) -> Result<LoopProof> {
    if (candidate == 4) return fail("no jail");
    return LoopProof{"proved", 1, ""};
  });
  prover.ask(4, {});
  prover.ask(5, {});
  auto broken = prover.wait(4, {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().what, "proof of candidate 4: no jail");
  EXPECT_TRUE(expect_value(prover.wait(5, {}))) << "the others are proved";
}

TEST(Prover, AStopEndsTheWaitAndNotTheProof) {
  std::latch begun(1), release(1);
  std::atomic<int> ended = 0;
  {
    Prover prover(1, [&](std::uint64_t, const Source&) -> Result<LoopProof> {
      begun.count_down();
      release.wait();
      ++ended;
      return LoopProof{"proved", 1, ""};
    });
    prover.ask(1, {});
    prover.ask(2, {});  // is never begun
    begun.wait();
    std::stop_source source;
    source.request_stop();
    EXPECT_FALSE(expect_value(prover.wait(1, source.get_token())));
    release.count_down();
    EXPECT_TRUE(expect_value(prover.wait(1, {})));
  }
  EXPECT_LE(ended, 2);
}

TEST(Proofs, WhatIsUnknownIsRolledBackAndAProvedOneIsNot) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  for (const char* verdict : {"proved", "refuted", "unknown"}) expect_done(append_proof(*archive, 3, {verdict, 0.5, ""}, {4, 6}));
  std::vector<std::string> kinds;
  expect_done(archive->for_each("", [&](const Event& event) -> Result<void> { kinds.push_back(event.kind); return {}; }));
  EXPECT_EQ(kinds, (std::vector<std::string>{"proof", "proof", "rollback", "proof", "rollback"}));
}

TEST(Proofs, SettingsSayWhatIsWrongWithThem) {
  for (auto [settings, words] : {std::pair<Json, const char*>{{{"lag", 0}}, "\"lag\" must lie between 1 and 4096"},
                                 {{{"select", "all"}}, "\"select\" is \"elites\" or \"leaders\""},
                                 {{{"speculate", 1}}, "speculate"},
                                 {{{"solver_ms", -1}}, "\"solver_ms\" must lie"},
                                 {{{"log", 3}}, "unknown setting \"log\""},
                                 {true, "not a JSON object"}}) {
    auto read = read_search({{"proofs", settings}}, "task.json: search");
    ASSERT_FALSE(read) << settings;
    EXPECT_TRUE(read.error().what.starts_with("task.json: search: proofs")) << read.error().what;
    EXPECT_NE(read.error().what.find(words), std::string::npos) << read.error().what;
  }
  const Json given{{"lag", 5}, {"select", "leaders"}, {"speculate", false}, {"solver_ms", 0}};
  EXPECT_EQ(to_json(expect_value(read_search({{"proofs", given}}, "search")))["proofs"], given);
  EXPECT_EQ(expect_value(read_search({{"proofs", Json::object()}}, "search")).proofs->lag, 16u);
  EXPECT_FALSE(to_json(SearchSettings{}).contains("proofs"));
}

}  // namespace
}  // namespace assay::evolve
