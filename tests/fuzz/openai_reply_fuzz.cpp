// What the providers make of a reply, in both dialects: status, headers and body of any kind, streamed or not.

#include "evolve/providers/openai_reply.h"

#include "evolve/providers/anthropic_reply.h"
#include "evolve/providers/limits.h"
#include "evolve/providers/retry.h"
#include "tests/fuzz/fuzz.h"

namespace assay::evolve {
namespace {

using fuzz::must;
using Kind = Reading::Kind;

constexpr std::chrono::hours kDay{24};

struct Case {
  HttpReply reply;
  bool streamed = false;
};

Case read_case_from(fuzz::Input& input) {
  constexpr long kStatuses[] = {200, 200, 200, 200, 200, 400, 401, 404, 408, 429, 500, 529, 0, -1, 503, 200};
  Case made;
  HttpReply& reply = made.reply;
  const auto how = input.byte();
  reply.status = kStatuses[how & 15];
  if (how & 16) reply.headers["retry-after-ms"] = std::string(input.text());
  if (how & 32) {
    reply.headers["retry-after"] = std::string(input.text());
    for (const char* name : {"x-ratelimit-reset-tokens", "anthropic-ratelimit-requests-reset"}) reply.headers[name] = reply.headers["retry-after"];
    for (const char* name : {"x-ratelimit-remaining-tokens", "anthropic-ratelimit-requests-remaining"}) reply.headers[name] = "0";
  }
  if (how & 64) reply.failure = "the connection was lost", reply.sent = how & 128;
  made.streamed = !(how & 64) && (how & 128) && reply.status == 200;
  reply.body = std::string(input.rest());
  return made;
}

bool same(const Reading& a, const Reading& b) {
  return a.kind == b.kind && a.detail == b.detail && a.usage == b.usage && a.least == b.least && a.may_be_charged == b.may_be_charged;
}

template <class Reader>
Reading read(const Case& made, std::size_t step) {
  Reader reader;
  if (!made.streamed) return reader.finish(made.reply);
  HttpReply rest = made.reply;
  rest.body.clear();
  const std::string_view body = made.reply.body;
  for (std::size_t at = 0; at < body.size(); at += step)
    if (!reader.take(body.substr(at, step))) break;
  return reader.finish(rest);
}

template <class Reader>
void check(const Case& made) {
  const HttpReply& reply = made.reply;
  const Reading reading = read<Reader>(made, std::max<std::size_t>(reply.body.size(), 1));
  must(reading.kind != Kind::answer || reply.status == 200, "only a reply of status 200 is an answer");
  must(reading.kind != Kind::answer || reply.failure.empty() || looks_like_events(reply.body), "of a lost reply only a stream can be whole");
  must(reading.kind == Kind::answer || !reading.detail.empty(), "what is no answer says why");
  must(reading.detail.size() <= std::max<std::size_t>(reply.body.size(), 64u << 10) + 400, "what is told is bounded by what came");
  must(!reading.usage || reply.status == 200, "usage comes with an answer");
  must(reading.usage || reading.may_be_charged || reply.status != 200 || !reply.failure.empty(), "a reply of status 200 is never free");
  must(excerpt(masked(reading.detail, "rate")).find("rate") == std::string::npos, "what is masked is gone");
  (void)Json(valid_utf8(excerpt(reading.detail))).dump();  // throws where it is no UTF-8
  if (made.streamed) must(same(reading, read<Reader>(made, 1)) && same(reading, read<Reader>(made, 7)), "the reading does not depend on the split");
}

void check_times(const HttpReply& reply) {
  const std::chrono::system_clock::time_point wall{std::chrono::seconds(1'700'000'000)};
  const RateLimits::Time now{std::chrono::seconds(1000)};
  if (auto wait = asked_wait(reply, wall)) must(wait->count() >= 0 && *wait <= kDay, "a wait is 0 to 24 hours");
  RateLimits limits;
  limits.learn(reply.headers, now, wall);
  if (auto later = limits.admit({1, 1}, now)) {
    must(*later > now && *later <= now + kDay, "a limit ends within a day");
    must(!limits.admit({1, 1}, now + kDay), "a call goes once the limit is over");
  }
}

}  // namespace
}  // namespace assay::evolve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::evolve;
  assay::fuzz::Input input(data, size);
  const Case made = read_case_from(input);
  check_times(made.reply);
  check<OpenAiReader>(made);
  check<AnthropicReader>(made);
  return 0;
}
