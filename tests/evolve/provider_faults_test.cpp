// The providers against a server that misbehaves on purpose, in both dialects: no crash, no partial answer taken, bounded time, and
// what is charged is what docs/providers.md says, to the token.

#include <gtest/gtest.h>
#include <stdlib.h>

#include "evolve/providers/make.h"
#include "tests/evolve/failpoints.h"
#include "tests/evolve/local_server.h"
#include "tests/evolve/rude_server.h"

namespace assay::evolve {
namespace {

using End = Act::End;
using Acts = std::vector<Act>;

const std::string kCode = "i64 f() {\n  return 1;\n}\n";
const std::string kPrompt = "improve this";
constexpr std::uint64_t kWorstIn = 12 / 2 + 64, kMaxTokens = 1000;  ///< docs/providers.md: of one attempt with this prompt
constexpr double kIn = 10e-6, kOut = 20e-6;

std::string data(const Json& json) { return "data: " + json.dump() + "\n\n"; }
std::string named(const Json& json) { return "event: " + json["type"].get<std::string>() + "\ndata: " + json.dump() + "\n\n"; }

/// A dialect of the endpoints: how a whole answer looks, and where in it the stream has said that it is whole.
struct Dialect {
  const char* name;
  Result<std::unique_ptr<Provider>> (*make)(const Json&);
  std::vector<std::string> stream;  ///< 100 tokens in, 50 out; kCode in two parts
  std::size_t whole;                ///< events from the front that make the answer whole
  std::size_t priced;               ///< the same, with its usage
  std::string plain;                ///< the same answer as one JSON object
  std::string error;                ///< an overload, as an event of the stream
};

Json openai_chunk(const Json& delta, const Json& reason = nullptr) {
  return {{"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", reason}}}}};
}

Dialect openai() {
  Json usage{{"prompt_tokens", 100}, {"completion_tokens", 50}};
  return {"openai", make_openai,
          {data(openai_chunk({{"role", "assistant"}, {"content", ""}})), data(openai_chunk({{"content", "Sure:\n```cpp\n" + kCode.substr(0, 9)}})),
           data(openai_chunk({{"content", kCode.substr(9) + "```\n"}})), data(openai_chunk(Json::object(), "stop")),
           data({{"choices", Json::array()}, {"usage", usage}}), "data: [DONE]\n\n"}, 4, 5,
          Json{{"choices", {{{"message", {{"content", "```cpp\n" + kCode + "```"}}}, {"finish_reason", "stop"}}}}, {"usage", usage}}.dump(),
          data({{"error", {{"message", "overloaded"}}}})};
}

Json text_delta(const std::string& text) { return {{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", text}}}}; }

Dialect anthropic() {
  return {"anthropic", make_anthropic,
          {named({{"type", "message_start"}, {"message", {{"usage", {{"input_tokens", 100}, {"output_tokens", 1}}}}}}),
           named({{"type", "content_block_start"}, {"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}}), named({{"type", "ping"}}),
           named(text_delta("Sure:\n```cpp\n" + kCode.substr(0, 9))), named(text_delta(kCode.substr(9) + "```\n")), named({{"type", "content_block_stop"}}),
           named({{"type", "message_delta"}, {"delta", {{"stop_reason", "end_turn"}}}, {"usage", {{"output_tokens", 50}}}}),
           named({{"type", "message_stop"}})}, 8, 8,
          Json{{"content", {{{"type", "text"}, {"text", "```cpp\n" + kCode + "```"}}}}, {"stop_reason", "end_turn"},
               {"usage", {{"input_tokens", 100}, {"output_tokens", 50}}}}.dump(),
          named({{"type", "error"}, {"error", {{"type", "overloaded_error"}, {"message", "Overloaded"}}}})};
}

std::string joined(const std::vector<std::string>& parts, std::size_t count = SIZE_MAX) {
  std::string all;
  for (std::size_t i = 0; i < std::min(count, parts.size()); ++i) all += parts[i];
  return all;
}

class Faults : public testing::TestWithParam<Dialect (*)()> {
 protected:
  const Dialect dialect = GetParam()();
  const Act good{{event_head() + joined(dialect.stream)}};

  /// As the settings of one call; the waits are short, the deadlines generous.
  Result<Completion> ask(const RudeServer& server, Json changes = Json::object()) {
    Json settings{{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"max_tokens", kMaxTokens}, {"usd_per_million_in", 10},
                  {"usd_per_million_out", 20}, {"deadline_seconds", 60}, {"retries", 2}, {"retry_base_seconds", 0.001}};
    settings.update(changes);
    Proposal proposal;
    proposal.prompt = kPrompt;
    return expect_value(dialect.make(settings))->complete(proposal);
  }

  /// `calls` attempts ended with nothing told, and then one with the usage of the whole answer if `answered`.
  static void expect_money(const Completion& completion, std::uint64_t lost, bool answered) {
    EXPECT_EQ(completion.tokens_in, lost * kWorstIn + (answered ? 100 : 0));
    EXPECT_EQ(completion.tokens_out, lost * kMaxTokens + (answered ? 50 : 0));
    EXPECT_NEAR(completion.usd, static_cast<double>(completion.tokens_in) * kIn + static_cast<double>(completion.tokens_out) * kOut, 1e-12);
  }
  static void expect_code(const Completion& completion) {
    EXPECT_EQ(completion.outcome.kind, OutcomeKind::ok) << completion.outcome.detail;
    EXPECT_EQ(completion.text, kCode);
  }
  static void expect_none(const Completion& completion, const std::string& why) {
    EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion);
    EXPECT_EQ(completion.text, "");
    EXPECT_EQ(completion.raw, "");
    EXPECT_NE(completion.outcome.detail.find(why), std::string::npos) << completion.outcome.detail;
  }
};

Act turned_away(const std::string& status, const std::string& body, const std::string& headers = "") { return {{http(status, body, headers)}}; }

TEST_P(Faults, AWholeStreamIsAnAnswerAtItsReportedPrice) {
  RudeServer server(Acts{good});
  auto completion = expect_value(ask(server));
  expect_code(completion);
  expect_money(completion, 0, true);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_NE(server.requests()[0].find("\"stream\":true"), std::string::npos);
}

TEST_P(Faults, AnEndpointThatDoesNotStreamIsAnsweredToo) {
  RudeServer server(Acts{turned_away("200 OK", dialect.plain)});
  for (bool stream : {true, false}) {
    auto completion = expect_value(ask(server, {{"stream", stream}}));
    expect_code(completion);
    expect_money(completion, 0, true);
  }
  EXPECT_EQ(server.requests()[1].find("\"stream\""), std::string::npos);
}

TEST_P(Faults, WhatIsTurnedAwayIsRetriedAndCostsNothing) {
  RudeServer server(Acts{turned_away("429 Too Many Requests", "{}", "Retry-After: 0\r\n"), turned_away("529 Overloaded", "{}"), good});
  auto completion = expect_value(ask(server));
  expect_code(completion);
  expect_money(completion, 0, true);
  RudeServer down(Acts{turned_away("500 Internal Server Error", "oops")});
  completion = expect_value(ask(down));
  expect_none(completion, "HTTP 500: oops");
  expect_money(completion, 0, false);
  EXPECT_EQ(down.requests().size(), 3u);
  RudeServer busy(Acts{turned_away("429 Too Many Requests", R"({"error":{"type":"rate_limit_error","message":"slower"}})")});
  expect_none(expect_value(ask(busy)), "HTTP 429");
  EXPECT_EQ(busy.requests().size(), 3u);
}

TEST_P(Faults, AGatewayThatLostTheAnswerIsCharged) {
  RudeServer server(Acts{turned_away("504 Gateway Timeout", "x"), turned_away("502 Bad Gateway", "x"), good});
  auto completion = expect_value(ask(server));
  expect_code(completion);
  expect_money(completion, 2, true);
}

TEST_P(Faults, SpentMoneyEndsTheCampaignAtOnce) {
  for (const std::string body : {R"({"error":{"type":"rate_limit_error","message":"x","details":{"code":"enforced_spend_limit_reached"}}})",
                                 R"({"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}})",
                                 R"({"error":{"type":"rate_limit_error","message":"This request would exceed your account's monthly spend limit."}})"}) {
    RudeServer server(Acts{turned_away("429 Too Many Requests", body), good});
    auto completion = ask(server);
    ASSERT_FALSE(completion) << body;
    EXPECT_EQ(completion.error().fault, Fault::provider);
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST_P(Faults, ALimitThatSaysWhenToComeBackIsNoSpentMoney) {
  RudeServer server(Acts{turned_away("429 Too Many Requests", R"({"error":{"message":"your spend limit for this minute"}})", "Retry-After: 0\r\n"), good});
  expect_code(expect_value(ask(server)));
}

TEST_P(Faults, WhatWasSpentBeforeTheMoneyWasGoneIsKept) {
  RudeServer server(Acts{{{event_head() + dialect.stream[0]}}, turned_away("429 Too Many Requests", R"({"error":{"code":"insufficient_quota"}})")});
  Json settings{{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"max_tokens", kMaxTokens}, {"usd_per_million_in", 10},
                {"usd_per_million_out", 20}, {"deadline_seconds", 60}, {"retry_base_seconds", 0.001}};
  auto provider = expect_value(dialect.make(settings));
  Proposal proposal;
  proposal.prompt = kPrompt;
  auto first = expect_value(provider->complete(proposal));
  expect_none(first, "insufficient_quota");
  EXPECT_GE(first.tokens_out, kMaxTokens);
  EXPECT_GT(first.usd, 0);
  auto second = provider->complete(proposal);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::provider);
  EXPECT_EQ(server.requests().size(), 2u);  // nothing was sent any more
}

/// The bytes of the stream at whose end it is whole, or whole and priced.
std::size_t bytes_of(const Dialect& dialect, std::size_t events) { return joined(dialect.stream, events).size(); }

TEST_P(Faults, AStreamCutAtAnyByteIsTakenExactlyWhenItSaidThatItIsWhole) {
  const std::string stream = joined(dialect.stream);
  std::vector<Act> acts;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) acts.push_back({{event_head() + stream.substr(0, cut)}, cut % 2 ? End::reset : End::close});
  RudeServer server(acts);
  Json settings{{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"max_tokens", kMaxTokens}, {"usd_per_million_in", 10},
                {"usd_per_million_out", 20}, {"deadline_seconds", 60}, {"retries", 0}, {"breaker_failures", 1000}};
  auto provider = expect_value(dialect.make(settings));
  Proposal proposal;
  proposal.prompt = kPrompt;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    SCOPED_TRACE(cut);
    auto completion = expect_value(provider->complete(proposal));
    // A reset may overtake bytes that were sent before it: then less came, never more.
    const bool reset = cut % 2;
    const bool whole = cut >= bytes_of(dialect, dialect.whole);
    if (completion.outcome.kind == OutcomeKind::ok) {
      EXPECT_TRUE(whole);
      expect_code(completion);
    } else {
      EXPECT_TRUE(reset || !whole) << completion.outcome.detail;
      expect_none(completion, "");
    }
    const bool priced = cut >= bytes_of(dialect, dialect.priced) && completion.outcome.kind == OutcomeKind::ok;
    if (!priced || !reset) {
      EXPECT_EQ(completion.tokens_out, priced ? 50u : kMaxTokens);
      const bool in_known = std::string(dialect.name) == "anthropic" && cut >= dialect.stream[0].size() && !reset;
      if (!reset || priced) {
        EXPECT_EQ(completion.tokens_in, priced || in_known ? 100u : kWorstIn);
      }
    }
    EXPECT_NEAR(completion.usd, static_cast<double>(completion.tokens_in) * kIn + static_cast<double>(completion.tokens_out) * kOut, 1e-12);
  }
}

TEST_P(Faults, AnErrorInsideTheStreamIsRetriedAndCharged) {
  RudeServer server(Acts{{{event_head() + joined(dialect.stream, 3) + dialect.error + joined(dialect.stream)}}, good});
  auto completion = expect_value(ask(server, {{"retries", 1}}));
  expect_code(completion);
  EXPECT_EQ(completion.tokens_out, kMaxTokens + 50);
  RudeServer alone(Acts{{{event_head() + dialect.error}}});
  completion = expect_value(ask(alone));
  expect_none(completion, "verloaded");
  expect_money(completion, 3, false);
}

TEST_P(Faults, BadUtf8AndMalformedJsonInAStreamAreNoAnswer) {
  for (const std::string& bad : {std::string("data: {\"choices\":\xFF\xFE}\n\n"), std::string("data: {\"type\":\"content_block_delta\",\"choices\":[{\"delta\":{\"content\":\"\xC3\x28\"}}]}\n\n"),
                                std::string("data: {\"choices\":[\n\n"), std::string("data: []\n\n"), std::string("data: \"\\ud800\"\n\n")}) {
    RudeServer server(Acts{{{event_head() + bad + joined(dialect.stream)}}});
    auto completion = expect_value(ask(server));
    expect_none(completion, "not JSON");
    expect_money(completion, 3, false);
  }
}

TEST_P(Faults, AWholeStreamWithoutUsageIsAnAnswerAtTheReservedPrice) {
  std::string stream;
  for (const std::string& event : dialect.stream)
    if (event.find("usage") == event.npos) stream += event;
  if (dialect.make == make_anthropic) stream = R"(data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}})" "\n\n" + stream;
  RudeServer server(Acts{{{event_head() + stream}}});
  auto completion = expect_value(ask(server));
  expect_code(completion);
  expect_money(completion, 1, false);
}

/// Without a length the end of the connection is the end of the reply, wherever it comes.
TEST_P(Faults, AReplyThatDoesNotStreamIsAnAnswerWholeAndAtNoOtherByte) {
  for (const bool with_length : {false, true}) {
    std::vector<Act> acts;
    const std::string length = with_length ? "Content-Length: " + std::to_string(dialect.plain.size()) + "\r\n" : "";
    for (std::size_t cut = 0; cut <= dialect.plain.size(); ++cut) acts.push_back({{http_head("200 OK", "application/json", length) + dialect.plain.substr(0, cut)}});
    RudeServer server(acts);
    Json settings{{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"max_tokens", kMaxTokens}, {"usd_per_million_in", 10},
                  {"usd_per_million_out", 20}, {"deadline_seconds", 60}, {"retries", 0}, {"breaker_failures", 1000}, {"stream", false}};
    auto provider = expect_value(dialect.make(settings));
    Proposal proposal;
    proposal.prompt = kPrompt;
    for (std::size_t cut = 0; cut <= dialect.plain.size(); ++cut) {
      SCOPED_TRACE(cut);
      auto completion = expect_value(provider->complete(proposal));
      const bool whole = cut == dialect.plain.size();
      if (whole) expect_code(completion);
      else expect_none(completion, "");
      expect_money(completion, whole ? 0 : 1, whole);
    }
  }
}

TEST_P(Faults, AUsageThatIsNoneIsChargedAsIfThereWereNone) {
  for (const Json& nonsense : {Json(-1), Json("many"), Json(nullptr), Json(1e300), Json(Json::array()), Json(0.5)}) {
    SCOPED_TRACE(nonsense.dump());
    Json body = Json::parse(dialect.plain);
    for (auto& [key, value] : body["usage"].items()) value = nonsense;
    RudeServer server(Acts{turned_away("200 OK", body.dump())});
    auto completion = expect_value(ask(server, {{"stream", false}}));
    expect_code(completion);
    expect_money(completion, 1, false);
  }
}

TEST_P(Faults, AStalledStreamIsEndedByTheStallLimit) {
  RudeServer server(Acts{{{event_head() + dialect.stream[0]}, End::hang}, {{}, End::hang}, good});
  auto completion = expect_value(ask(server, {{"stall_seconds", 1}}));
  expect_code(completion);
  EXPECT_EQ(completion.tokens_out, 2 * kMaxTokens + 50);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_P(Faults, ASlowDripNeverStallsAndMeetsTheDeadlineOverAllAttempts) {
  RudeServer server(Acts{{{event_head() + dialect.stream[0], ":"}, End::close, std::chrono::milliseconds(20), true}});
  const auto start = std::chrono::steady_clock::now();
  auto completion = expect_value(ask(server, {{"deadline_seconds", 2}, {"stall_seconds", 1.5}, {"retries", 100}}));
  expect_none(completion, "deadline");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(completion.tokens_out, kMaxTokens);
}

TEST_P(Faults, ASlowButSteadyStreamIsAnAnswer) {
  std::vector<std::string> pieces{event_head()};
  const std::string stream = joined(dialect.stream);
  for (std::size_t at = 0; at < stream.size(); at += 7) pieces.push_back(stream.substr(at, 7));
  RudeServer server(Acts{{pieces, End::hang, std::chrono::milliseconds(2)}});  // its end is the stream's own word, not the connection's
  auto completion = expect_value(ask(server));
  expect_code(completion);
  expect_money(completion, 0, true);
}

TEST_P(Faults, AFloodIsCutOffAndNotAskedForAgain) {
  const std::string filler(1u << 16, 'x');
  RudeServer line(Acts{{{event_head() + "data: ", filler}, End::close, {}, true}});
  auto completion = expect_value(ask(line));
  expect_none(completion, "too long");
  expect_money(completion, 1, false);
  RudeServer events(Acts{{{event_head(), ": " + filler + "\n\n"}, End::close, {}, true}});
  completion = expect_value(ask(events));
  expect_none(completion, "longer than");
  expect_money(completion, 1, false);
  RudeServer body(Acts{{{http_head("200 OK", "application/json") + "{\"x\":\"", filler}, End::close, {}, true}});
  completion = expect_value(ask(body));
  expect_none(completion, "longer than");
  expect_money(completion, 1, false);
  RudeServer headers(Acts{{{"HTTP/1.1 200 OK\r\n", "X-Filler: " + std::string(1000, 'h') + "\r\n"}, End::close, {}, true}});
  expect_none(expect_value(ask(headers)), "");
}

TEST_P(Faults, AResetConnectionIsRetriedAndChargedOnceTheRequestWasSent) {
  RudeServer server(Acts{{{}, End::reset}, {{}, End::close}, good});
  auto completion = expect_value(ask(server));
  expect_code(completion);
  expect_money(completion, 2, true);
}

TEST_P(Faults, AnEndpointThatIsNotThereCostsNothing) {
  RudeServer other(Acts{good});
  std::string url;
  {
    RudeServer gone(Acts{good});
    url = gone.url();
  }
  auto completion = expect_value(ask(other, {{"endpoint", url}}));
  expect_none(completion, "after 3 attempts");
  expect_money(completion, 0, false);
}

TEST_P(Faults, AnAnswerThatWasCutAtMaxTokensIsNoneAndCostsWhatItCost) {
  std::string stream = joined(dialect.stream);
  const bool mine = dialect.make == make_openai;
  const std::string from = mine ? "\"finish_reason\":\"stop\"" : "end_turn", to = mine ? "\"finish_reason\":\"length\"" : "max_tokens";
  stream.replace(stream.find(from), from.size(), to);
  RudeServer server(Acts{{{event_head() + stream}}});
  auto completion = expect_value(ask(server));
  expect_none(completion, "max_tokens");
  expect_money(completion, 0, true);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_P(Faults, AKeyThatTheEndpointEchoesIsMaskedWhereverItIsStored) {
  const std::string key = "sk-test/0123456789abcdef";
  ::setenv("ASSAY_TEST_ECHO", key.c_str(), 1);
  const Json with_key{{"api_key_env", "ASSAY_TEST_ECHO"}, {"retries", 0}};
  std::string spread = joined(dialect.stream);
  spread.replace(spread.find("Sure:"), 5, "Your key is " + key + ":");
  const std::string long_text(290, 'x');  // the key at the end of what an error text keeps
  for (const Act& act : {turned_away("401 Unauthorized", R"({"error":"bad key )" + key + "\"}"), turned_away("401 Unauthorized", long_text + key),
                         turned_away("500 Oops", R"({"error":"sk-test\/0123456789\u0061bcdef"})"), turned_away("500 Oops", "you sent " + key),
                         turned_away("200 OK", "not JSON: " + key), Act{{event_head() + "data: " + key + "\n\n"}}, Act{{event_head() + spread}}}) {
    RudeServer server(Acts{act});
    auto completion = ask(server, with_key);
    const std::string kept = completion ? to_json(*completion).dump() : completion.error().what;
    EXPECT_EQ(kept.find(key.substr(0, 10)), std::string::npos) << kept;
    EXPECT_NE(server.requests().at(0).find(key), std::string::npos);
    EXPECT_TRUE(kept.find("[key]") != kept.npos || kept.find(long_text.substr(0, 200)) != kept.npos) << kept;
  }
  ::unsetenv("ASSAY_TEST_ECHO");
}

/// Every misdeed within one campaign: it ends with its budget, and its money is what the attempts cost, each by its own rule.
TEST_P(Faults, ACampaignOverAllOfThemAcceptsNothingPartialAndItsMoneyIsExact) {
  TemporaryFolder folder;
  const auto task = make_task(folder.path(), {"fifo"});
  const std::string stream = joined(dialect.stream);
  const Act cut{{event_head() + stream.substr(0, stream.size() / 2)}}, bad{{event_head() + "data: {\"choices\":\xFF\xFE}\n\n" + stream}};
  const Act inside{{event_head() + joined(dialect.stream, 3) + dialect.error}}, gateway = turned_away("504 Gateway Timeout", "x");
  const Act limit = turned_away("429 Too Many Requests", "{}", "Retry-After: 0\r\n"), oops = turned_away("500 Internal Server Error", "x"), busy = turned_away("529 Overloaded", "{}");
  RudeServer server(Acts{limit, good, oops, cut, good, busy, inside, bad, good, gateway, good, turned_away("429 Too Many Requests", R"({"error":{"code":"insufficient_quota"}})")});
  CampaignOptions options;
  options.out = folder.path() / "out";
  options.budget.candidates = 5;
  options.threads = 1;
  options.provider = dialect.name;
  options.provider_settings = {{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"max_tokens", kMaxTokens}, {"usd_per_million_in", 10}, {"usd_per_million_out", 20},
                               {"deadline_seconds", 60}, {"retries", 4}, {"retry_base_seconds", 0.001}, {"concurrency", 1}};
  expect_success(in_process(folder.path(), [&] { return begin_or_resume(task, options); }));
  EXPECT_EQ(server.requests().size(), 11u);
  const auto log = expect_value(Archive::open_read_only(options.out));
  const auto records = expect_value(log->candidates());
  ASSERT_EQ(records.size(), 5u);
  const std::uint64_t lost[] = {0, 0, 1, 2, 1};  // attempts that are charged in full
  for (std::size_t i = 1; i < 5; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(records[i].outcome.kind, OutcomeKind::refused) << "it defines none of the contract's functions: " << records[i].outcome.detail;
    EXPECT_EQ(expect_value(log->blob(records[i].source)), kCode) << "whole, or nothing";
    EXPECT_EQ(records[i].tokens_out, lost[i] * kMaxTokens + 50);
    EXPECT_GE(records[i].tokens_in, 100u);
    EXPECT_NEAR(records[i].usd, static_cast<double>(records[i].tokens_in) * kIn + static_cast<double>(records[i].tokens_out) * kOut, 1e-12);
  }
  EXPECT_EQ(lost_usd(*log), 0);
}

INSTANTIATE_TEST_SUITE_P(Dialects, Faults, testing::Values(&openai, &anthropic), [](const auto& info) { return std::string(info.param().name); });

}  // namespace
}  // namespace assay::evolve
