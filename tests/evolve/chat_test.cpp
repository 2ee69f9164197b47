// The calls of one provider over time, with a clock and an endpoint that the test owns: no second is waited for.

#include "evolve/providers/chat.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

using namespace std::chrono;

class FakeTime final : public Time {
 public:
  Point now() override { return now_; }
  system_clock::time_point wall() override { return sys_days(2026y / 1 / 31) + (now_ - Point()); }
  bool sleep_until(Point time, std::stop_token stop) override {
    slept.push_back(duration_cast<milliseconds>(time - now_));
    now_ = std::max(now_, time);
    return !stop.stop_requested();
  }
  void pass(milliseconds time) { now_ += time; }

  std::vector<milliseconds> slept;

 private:
  Point now_{seconds(1000)};
};

/// Replies in order, the last one again and again; each takes `takes`.
struct Endpoint {
  std::vector<HttpReply> replies;
  milliseconds takes{0};
  std::shared_ptr<FakeTime> time = std::make_shared<FakeTime>();
  std::vector<Time::Point> calls;
  std::vector<milliseconds> deadlines;

  ChatOutside outside() {
    return {time, [this](HttpRequest request, std::stop_token) {
              calls.push_back(time->now());
              deadlines.push_back(request.deadline);
              time->pass(takes);
              return replies[std::min(calls.size(), replies.size()) - 1];
            }};
  }
};

HttpReply status(long code, std::map<std::string, std::string> headers = {}, std::string body = "{}") {
  return {.sent = true, .status = code, .headers = std::move(headers), .body = std::move(body)};
}
HttpReply good(std::map<std::string, std::string> headers = {}) {
  return status(200, std::move(headers), Json{{"choices", {{{"message", {{"content", "```\nreturn 1;\n```"}}}}}}, {"usage", {{"prompt_tokens", 1}, {"completion_tokens", 1}}}}.dump());
}

ChatSettings settings() {
  return {.endpoint = "http://x/", .model = "m", .max_tokens = 100, .usd_per_million_in = 10, .usd_per_million_out = 20, .deadline_seconds = 100};
}
std::unique_ptr<Provider> provider(Endpoint& endpoint, ChatSettings with = settings()) { return make_chat(openai_dialect(), with, "", endpoint.outside()); }

Proposal proposal(std::uint64_t index = 0) {
  Proposal proposal;
  proposal.index = index;
  proposal.seed = 7;
  proposal.prompt = "improve this";
  return proposal;
}

TEST(Chat, OneDeadlineSpansAllAttemptsAndWaits) {
  Endpoint endpoint{{status(500)}, 30s};
  auto with = settings();
  with.retries = 50;
  auto completion = expect_value(provider(endpoint, with)->complete(proposal()));
  EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion);
  ASSERT_EQ(endpoint.calls.size(), 4u);  // 30 s each, and pauses of 0.5 to 8 s
  EXPECT_EQ(endpoint.deadlines[0], 100s);
  for (std::size_t i = 0; i < endpoint.calls.size(); ++i) EXPECT_EQ(endpoint.deadlines[i], 100s - (endpoint.calls[i] - endpoint.calls[0]));
  EXPECT_EQ(completion.usd, 0);
}

TEST(Chat, ThePausesOfACandidateAreTheSameEachTime) {
  std::vector<std::vector<milliseconds>> slept;
  for (std::uint64_t index : {3u, 3u, 4u}) {
    Endpoint endpoint{{status(500)}};
    (void)expect_value(provider(endpoint)->complete(proposal(index)));
    EXPECT_EQ(endpoint.calls.size(), 6u);
    slept.push_back(endpoint.time->slept);
  }
  EXPECT_EQ(slept[0].size(), 5u);
  EXPECT_EQ(slept[0], slept[1]);
  EXPECT_NE(slept[0], slept[2]);
}

TEST(Chat, AWaitThatTheEndpointAsksForHoldsTheNextCallsToo) {
  Endpoint endpoint{{status(429, {{"retry-after", "70"}}), good(), status(429, {{"retry-after", "Sat, 31 Jan 2026 01:00:00 GMT"}}), good()}};
  auto all = provider(endpoint);
  EXPECT_EQ(expect_value(all->complete(proposal())).outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(endpoint.calls[1] - endpoint.calls[0], 70s);
  // An hour is longer than the deadline: the candidate is given up at its deadline, and the next ones wait on.
  const auto third = endpoint.time->now();
  auto refused = expect_value(all->complete(proposal(1)));
  EXPECT_EQ(refused.outcome.kind, OutcomeKind::no_completion);
  EXPECT_EQ(refused.usd, 0);
  EXPECT_EQ(endpoint.time->now() - third, 100s);
  EXPECT_EQ(endpoint.calls.size(), 3u);
  int given_up = 0;
  for (; given_up < 100 && endpoint.calls.size() == 3; ++given_up) (void)expect_value(all->complete(proposal(2)));
  EXPECT_EQ(endpoint.calls.size(), 4u);
  EXPECT_GE(endpoint.calls[3], Time::Point(3600s));
}

TEST(Chat, CallsWaitForARateLimitInsteadOfBeingTurnedAway) {
  Endpoint endpoint{{good({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "12s"}}), good()}};
  auto all = provider(endpoint);
  (void)expect_value(all->complete(proposal()));
  EXPECT_EQ(expect_value(all->complete(proposal(1))).outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(endpoint.calls[1] - endpoint.calls[0], 12s);
}

TEST(Chat, TheBreakerKeepsCallsFromAnEndpointThatIsDown) {
  Endpoint endpoint{{status(503), status(503), status(503), status(503), good()}};
  auto with = settings();
  with.retries = 2;
  with.breaker_failures = 3;
  with.breaker_pause_seconds = 40;
  auto all = provider(endpoint, with);
  EXPECT_EQ(expect_value(all->complete(proposal())).outcome.kind, OutcomeKind::no_completion);
  EXPECT_EQ(endpoint.calls.size(), 3u);
  EXPECT_EQ(expect_value(all->complete(proposal(1))).outcome.kind, OutcomeKind::ok);  // its first try is a probe that fails
  ASSERT_EQ(endpoint.calls.size(), 5u);
  EXPECT_EQ(endpoint.calls[3] - endpoint.calls[2], 40s);
  EXPECT_EQ(endpoint.calls[4] - endpoint.calls[3], 40s);
  EXPECT_EQ(expect_value(all->complete(proposal(2))).outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(endpoint.calls[5] - endpoint.calls[4], 0s);
}

TEST(Chat, IsAvailableAsLongAsItsBreakerLetsACallGo) {
  Endpoint endpoint{{status(500), status(500), good()}};
  auto with = settings();
  with.retries = 0;
  with.breaker_failures = 2;
  with.breaker_pause_seconds = 30;
  auto chat = provider(endpoint, with);
  EXPECT_TRUE(chat->available());
  (void)chat->complete(proposal());
  EXPECT_TRUE(chat->available());
  (void)chat->complete(proposal());
  EXPECT_FALSE(chat->available());
  endpoint.time->pass(29s);
  EXPECT_FALSE(chat->available());
  endpoint.time->pass(2s);
  EXPECT_TRUE(chat->available()) << "a probe may go";
  (void)chat->complete(proposal());
  EXPECT_TRUE(chat->available());
}

TEST(Chat, TellsTheModelThatTheServerSaysAnsweredElseTheOneAskedFor) {
  auto model_of = [](ChatDialect dialect, std::string body, const std::string& key = "") {
    Endpoint endpoint{{status(200, {}, std::move(body))}};
    auto completion = make_chat(dialect, settings(), key, endpoint.outside())->complete(proposal());
    EXPECT_TRUE(completion);
    EXPECT_EQ(completion->outcome.kind, OutcomeKind::ok) << completion->outcome.detail;
    return completion->model;
  };
  Json plain{{"choices", {{{"message", {{"content", "```\nreturn 1;\n```"}}}}}}, {"usage", {{"prompt_tokens", 1}, {"completion_tokens", 1}}}};
  EXPECT_EQ(model_of(openai_dialect(), plain.dump()), "m");
  plain["model"] = "m-2026-01";
  EXPECT_EQ(model_of(openai_dialect(), plain.dump()), "m-2026-01");
  plain["model"] = 7;
  EXPECT_EQ(model_of(openai_dialect(), plain.dump()), "m");
  plain["model"] = "for sk-123 " + std::string(1000, 'x');
  const std::string told = model_of(openai_dialect(), plain.dump(), "sk-123");
  EXPECT_TRUE(told.starts_with("for [key] xxx")) << told;
  EXPECT_LE(told.size(), 300u);
  EXPECT_EQ(model_of(openai_dialect(), "data: {\"model\":\"m-s\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"```\\nreturn 1;\\n```\"}}]}\n\n"
                                       "data: {\"model\":\"other\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"), "m-s");
  EXPECT_EQ(model_of(anthropic_dialect(), R"({"model":"a-1","content":[{"type":"text","text":"```\nreturn 1;\n```"}],"usage":{"input_tokens":1,"output_tokens":1}})"), "a-1");
  EXPECT_EQ(model_of(anthropic_dialect(), "data: {\"type\":\"message_start\",\"message\":{\"model\":\"a-s\",\"usage\":{\"input_tokens\":1}}}\n\n"
                                          "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"```\\nreturn 1;\\n```\"}}\n\n"
                                          "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\n"
                                          "data: {\"type\":\"message_stop\"}\n\n"), "a-s");
}

TEST(Chat, BeingTurnedAwayDoesNotOpenTheBreaker) {
  Endpoint endpoint{{status(429)}};
  auto with = settings();
  with.breaker_failures = 1;
  with.retries = 2;
  (void)expect_value(provider(endpoint, with)->complete(proposal()));
  EXPECT_EQ(endpoint.calls.size(), 3u);
  for (auto slept : endpoint.time->slept) EXPECT_LT(slept, 10s);  // pauses, not the breaker's 30 s
}

TEST(Chat, ACallTooLongForTheModelCostsItsCandidateOnly) {
  Endpoint endpoint{{status(400, {}, R"({"error":{"code":"context_length_exceeded"}})"), good()}};
  auto all = provider(endpoint);
  EXPECT_EQ(expect_value(all->complete(proposal())).outcome.kind, OutcomeKind::no_completion);
  EXPECT_EQ(expect_value(all->complete(proposal(1))).outcome.kind, OutcomeKind::ok);
}

TEST(Chat, CachedTokensCostThePlainPriceUnlessOneIsSet) {
  Endpoint endpoint{{status(200, {}, Json{{"choices", {{{"message", {{"content", "x"}}}}}},
                                          {"usage", {{"prompt_tokens", 1000}, {"completion_tokens", 10}, {"prompt_tokens_details", {{"cached_tokens", 600}}}}}}.dump())}};
  auto plain = expect_value(provider(endpoint)->complete(proposal()));
  EXPECT_EQ(plain.tokens_in, 1000u);
  EXPECT_NEAR(plain.usd, 1000 * 10e-6 + 10 * 20e-6, 1e-12);
  auto with = settings();
  with.usd_per_million_cached_in = 1;
  EXPECT_NEAR(expect_value(provider(endpoint, with)->complete(proposal())).usd, 400 * 10e-6 + 600 * 1e-6 + 10 * 20e-6, 1e-12);

  Endpoint other{{status(200, {}, Json{{"content", Json::array()}, {"usage", {{"input_tokens", 100}, {"output_tokens", 10}, {"cache_read_input_tokens", 600},
                                                                             {"cache_creation_input_tokens", 300}}}}.dump())}};
  auto anthropic = [&](ChatSettings with) { return expect_value(make_chat(anthropic_dialect(), with, "", other.outside())->complete(proposal())); };
  EXPECT_EQ(anthropic(settings()).tokens_in, 1000u);
  EXPECT_NEAR(anthropic(settings()).usd, 1000 * 10e-6 + 10 * 20e-6, 1e-12);
  with.usd_per_million_cache_write = 12.5;
  EXPECT_NEAR(anthropic(with).usd, 100 * 10e-6 + 600 * 1e-6 + 300 * 12.5e-6 + 10 * 20e-6, 1e-12);
}

TEST(Chat, AStopBetweenAttemptsEndsTheCall) {
  Endpoint endpoint{{status(500)}};
  std::stop_source source;
  auto asked = proposal();
  asked.stop = source.get_token();
  source.request_stop();
  EXPECT_EQ(expect_value(provider(endpoint)->complete(asked)).outcome.kind, OutcomeKind::no_completion);
  EXPECT_TRUE(endpoint.calls.empty());
}

Result<std::string> key_of(const Json& json) {
  auto read = read_chat_settings(json, {.endpoint = "http://x/", .model = "m", .api_key_env = "ASSAY_TEST_NO_SUCH_KEY"}, "provider x");
  if (!read) return std::unexpected(read.error());
  return read_key(*read, "provider x");
}

TEST(ChatKeys, ComeFromTheEnvironmentOrAFileAndNoErrorRepeatsThem) {
  TemporaryFolder folder;
  const std::string file = folder.path() / "key";
  std::ofstream(file) << "  sk-abc123\n";
  EXPECT_EQ(expect_value(key_of({{"api_key_file", file}})), "sk-abc123");
  ::setenv("ASSAY_TEST_KEY", "sk-env456", 1);
  EXPECT_EQ(expect_value(key_of({{"api_key_env", "ASSAY_TEST_KEY"}})), "sk-env456");
  EXPECT_EQ(expect_value(key_of({{"api_key_env", ""}})), "");
  ::setenv("ASSAY_TEST_KEY", "sk-two\r\nX-Evil: words", 1);
  std::ofstream(file, std::ios::trunc) << "sk-two words";
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const Json& wrong : {Json{{"api_key_env", "ASSAY_TEST_KEY"}}, Json{{"api_key_file", file}}, Json{{"api_key", "sk-two"}}, Json{{"api_key_env", "sk-two-in-the-wrong-place"}},
                            Json{{"api_key_file", (folder.path() / "none").string()}}, Json{{"api_key_file", "/dev/zero"}},
                            Json{{"api_key_file", pipe.string()}}, Json{{"endpoint", "ftp://host/"}}, Json{{"endpoint", "https://me:sk-two@host/"}},
                            Json{{"endpoint", "https://host/?key=sk-two"}}, Json::object()}) {
    auto key = key_of(wrong);
    ASSERT_FALSE(key) << wrong;
    EXPECT_EQ(key.error().what.find("sk-two"), std::string::npos) << key.error().what;
  }
  ::unsetenv("ASSAY_TEST_KEY");
  EXPECT_FALSE(key_of({{"api_key_file", file}, {"api_key_env", "HOME"}}));
}

TEST(ChatSettings, WhatIsOutOfRangeIsNamed) {
  for (auto [key, value] : std::initializer_list<std::pair<const char*, Json>>{{"max_tokens", 0}, {"deadline_seconds", 0}, {"deadline_seconds", 1e300}, {"retries", -1}, {"concurrency", 65},
                                                                              {"stall_seconds", 0}, {"temperature", -1}, {"breaker_failures", 0}, {"stream", 1}, {"model", ""}}) {
    auto read = read_chat_settings({{key, value}}, {.endpoint = "http://x/", .model = "m"}, "provider x");
    ASSERT_FALSE(read) << key << value;
    EXPECT_NE(read.error().what.find(key), std::string::npos) << read.error().what;
  }
}

}  // namespace
}  // namespace assay::evolve
