#include "evolve/provider.h"

#include <stdlib.h>

#include "evolve/completion.h"
#include "evolve/ledger.h"
#include "tests/evolve/fixtures.h"
#include "tests/evolve/local_server.h"

namespace assay::evolve {
namespace {

const std::string kCode = "i64 f() {\n  return 1;\n}\n";

std::string answer(const std::string& text, bool with_usage = true) {
  Json body{{"choices", {{{"message", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", "stop"}}}}};
  if (with_usage) body["usage"] = {{"prompt_tokens", 100}, {"completion_tokens", 50}};
  return body.dump();
}
std::string good() { return http("200 OK", answer("Sure:\n```cpp\n" + kCode + "```\n")); }

Json settings_for(const LocalServer& server) {
  return {{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"max_tokens", 1000}, {"usd_per_million_in", 10},
          {"usd_per_million_out", 20}, {"deadline_seconds", 60}, {"retries", 2}, {"retry_base_seconds", 0.001}};
}

Proposal proposal_with(const std::string& prompt) {
  Proposal proposal;
  proposal.prompt = prompt;
  return proposal;
}

Result<Completion> ask(const LocalServer& server, Json changes = Json::object()) {
  Json settings = settings_for(server);
  settings.update(changes);
  return expect_value(make_provider("openai", settings))->complete(proposal_with("improve this"));
}

TEST(OpenAi, GivesTheCodeAndChargesTheReportedUsage) {
  LocalServer server({good()});
  auto completion = expect_value(ask(server));
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(completion.tokens_in, 100u);
  EXPECT_DOUBLE_EQ(completion.usd, 100 * 10e-6 + 50 * 20e-6);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_NE(server.requests()[0].find("improve this"), std::string::npos);
}

TEST(OpenAi, SendsTheKeyFromTheNamedVariableAndNeedsItToBeThere) {
  LocalServer server({good()});
  ::setenv("ASSAY_TEST_KEY", "sesame", 1);
  EXPECT_TRUE(ask(server, {{"api_key_env", "ASSAY_TEST_KEY"}}));
  EXPECT_NE(server.requests()[0].find("Authorization: Bearer sesame"), std::string::npos);
  ::unsetenv("ASSAY_TEST_KEY");
  Json settings = settings_for(server);
  settings["api_key_env"] = "ASSAY_TEST_KEY";
  auto provider = make_provider("openai", settings);
  ASSERT_FALSE(provider);
  EXPECT_NE(provider.error().what.find("ASSAY_TEST_KEY"), std::string::npos);
}

TEST(OpenAi, ComesBackAfterTheTimeThatA429AsksFor) {
  LocalServer server({http("429 Too Many Requests", "{}", "Retry-After-Ms: 3\r\n"), http("529 Overloaded", "{}", "Retry-After: 0\r\n"), good()});
  auto completion = expect_value(ask(server, {{"retry_base_seconds", 1000}}));  // its own pause would outlast the test
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_DOUBLE_EQ(completion.usd, 100 * 10e-6 + 50 * 20e-6);  // what was turned away costs nothing
}

TEST(OpenAi, RetriesServerErrorsAndThenGivesTheCandidateUp) {
  LocalServer server({http("500 Internal Server Error", "oops")});
  auto completion = expect_value(ask(server));
  EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion);
  EXPECT_NE(completion.outcome.detail.find("HTTP 500"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST(OpenAi, EndsTheCampaignOnARefusedKeyOrASpentQuota) {
  for (auto reply : {http("401 Unauthorized", R"({"error":{"message":"bad key"}})"), http("404 Not Found", "no such model"),
                     http("429 Too Many Requests", R"({"error":{"code":"insufficient_quota"}})")}) {
    LocalServer server({reply});
    auto completion = ask(server);
    ASSERT_FALSE(completion);
    EXPECT_EQ(completion.error().fault, Fault::provider);
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(OpenAi, FindsTheErrorInsideHttp200) {
  LocalServer overloaded({http("200 OK", R"({"error":{"type":"overloaded_error"}})"), good()});
  auto completion = expect_value(ask(overloaded));
  EXPECT_EQ(completion.text, kCode);
  EXPECT_GT(completion.usd, 100 * 10e-6 + 50 * 20e-6);  // nobody said that the first was free
  LocalServer strange({http("200 OK", R"({"error":{"message":"content policy"}})")});
  auto refused = expect_value(ask(strange));
  EXPECT_EQ(refused.outcome.kind, OutcomeKind::no_completion);
  EXPECT_GT(refused.usd, 0);
}

TEST(OpenAi, ChargesTheWorstWhereTheUsageIsMissing) {
  LocalServer server({http("200 OK", answer("```\n" + kCode + "```", false))});
  auto completion = expect_value(ask(server));
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(completion.tokens_out, 1000u);
  EXPECT_GE(completion.usd, 1000 * 20e-6);
}

TEST(OpenAi, ASilentEndpointMeetsTheDeadlineAndIsCharged) {
  LocalServer server({""});
  auto completion = expect_value(ask(server, {{"deadline_seconds", 1}, {"retries", 1}}));
  EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion);
  EXPECT_EQ(completion.tokens_out, 1000u);  // the deadline is one for all attempts
}

TEST(OpenAi, GarbageAndTruncatedRepliesAreRetriedAndCharged) {
  std::string whole = good();
  LocalServer server({http("200 OK", "<html>proxy</html>"), whole.substr(0, whole.size() - 40), good()});
  auto completion = expect_value(ask(server));
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(completion.tokens_out, 1000u + 1000u + 50u);
}

TEST(OpenAi, AnAnswerWithoutCodeOrCutOffIsNoCompletion) {
  for (auto text : {"I cannot do that.", "```cpp\ni64 f() { return", ""}) {
    LocalServer server({http("200 OK", answer(text))});
    auto completion = expect_value(ask(server));
    EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion) << text;
    EXPECT_GT(completion.usd, 0);
  }
}

TEST(OpenAi, AStopCutsACallShort) {
  LocalServer server({""});
  std::stop_source source;
  source.request_stop();
  auto proposal = proposal_with("x");
  proposal.stop = source.get_token();
  auto completion = expect_value(expect_value(make_provider("openai", settings_for(server)))->complete(proposal));
  EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion);
}

TEST(OpenAi, NoCallCostsMoreThanItsReservation) {
  LocalServer server({http("200 OK", "garbage")});
  auto provider = expect_value(make_provider("openai", settings_for(server)));
  auto proposal = proposal_with(std::string(5000, 'p'));
  EXPECT_LE(expect_value(provider->complete(proposal)).usd, provider->worst_usd(proposal) * (1 + 1e-9));
}

TEST(Exec, TakesThePromptAndGivesTheCode) {
  auto provider = expect_value(make_provider("exec", {{"command", "read line; echo \"said: $line\"; printf '```cpp\\ni64 f() { return 1; }\\n```\\n'"}, {"usd_per_call", 0.5}}));
  auto completion = expect_value(provider->complete(proposal_with("hello\n")));
  EXPECT_EQ(completion.text, "i64 f() { return 1; }\n");
  EXPECT_NE(completion.raw.find("said: hello"), std::string::npos);
  EXPECT_EQ(completion.usd, 0.5);
}

TEST(Exec, ACommandThatHangsFloodsFailsOrIgnoresItsInputIsNoCompletion) {
  struct Case {
    const char *command, *detail;
  };
  for (auto [command, detail] : {Case{"sleep 1000 & sleep 1000", "deadline"}, {"exec yes", "output"}, {"echo no >&2; exit 3", "exit status 3: no"},
                                 {"kill -9 $$", "signal 9"}, {"echo nothing to see", "no complete"}, {"exec <&-; echo '```'; echo 'return {}'", "no complete"}}) {
    auto provider = expect_value(make_provider("exec", {{"command", command}, {"deadline_seconds", std::string(detail) == "deadline" ? 0.1 : 60.0}}));
    auto completion = expect_value(provider->complete(proposal_with(std::string(1 << 20, 'p'))));
    EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion) << command;
    EXPECT_NE(completion.outcome.detail.find(detail), std::string::npos) << command << ": " << completion.outcome.detail;
  }
}

TEST(Exec, ACommandThatIsNotThereIsAnError) {
  auto provider = expect_value(make_provider("exec", {{"command", "/no/such/program"}}));
  auto completion = provider->complete(proposal_with("x"));
  ASSERT_FALSE(completion);
  EXPECT_EQ(completion.error().fault, Fault::provider);
}

TEST(Providers, AnUnknownNameOrSettingListsTheKnownOnes) {
  auto provider = make_provider("claud", Json::object());
  ASSERT_FALSE(provider);
  EXPECT_NE(provider.error().what.find("mutate, openai, anthropic, exec, mailbox, ensemble, replay"), std::string::npos);
  EXPECT_FALSE(make_provider("mutate", {{"size", 3}}));
  EXPECT_FALSE(make_provider("mutate", {{"size_limit", "big"}}));
  EXPECT_FALSE(make_provider("openai", {{"model", "m"}, {"concurrency", 0}}));
  EXPECT_FALSE(make_provider("exec", Json::object()));
  EXPECT_FALSE(make_provider("replay", {{"folder", "/nowhere"}}));
}

TEST(ExtractCode, FindsTheBlockAmongOthers) {
  EXPECT_EQ(extract_code("a\n```python\nx\n```\n```cpp\nreturn 1;\n```\nb"), "return 1;\n");
  EXPECT_EQ(extract_code("```c++ title=x\n#include <x>\nint y;\n```"), "\nint y;\n");
  EXPECT_EQ(extract_code("```\nshort\n```\n```cpp\nlonger text\n```"), "longer text\n");
  EXPECT_EQ(extract_code("i64 f() { return 1; }"), "i64 f() { return 1; }\n");
  EXPECT_FALSE(extract_code("```cpp\ncut off"));
  EXPECT_FALSE(extract_code("no code at all"));
  EXPECT_FALSE(extract_code(""));
  EXPECT_FALSE(extract_code("```cpp\n\n```"));
  EXPECT_FALSE(extract_code("```cpp\n#include <x>\n```"));
}

TEST(Ledger, OpenCallsCannotOverspendTogether) {
  Ledger ledger;
  ledger.start(1.0, 0.5);
  EXPECT_TRUE(ledger.reserve(0.4));
  ledger.settle(0.4, 0.3);
  EXPECT_FALSE(ledger.reserve(0.3));
  EXPECT_TRUE(ledger.reserve(0.2));
  std::thread settles([&] { ledger.settle(0.2, 0.05); });
  EXPECT_TRUE(ledger.reserve(0.12));  // waits for the open call, which costs less than was reserved
  settles.join();
  ledger.settle(0.12, 0.12);
  EXPECT_NEAR(ledger.spent(), 0.97, 1e-12);
}

}  // namespace
}  // namespace assay::evolve
