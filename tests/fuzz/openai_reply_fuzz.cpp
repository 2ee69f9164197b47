// What the openai provider makes of a reply: status, headers and body of any kind.

#include "evolve/providers/openai_reply.h"

#include "tests/fuzz/fuzz.h"

namespace assay::evolve {
namespace {

using fuzz::must;

HttpReply read_reply_from(fuzz::Input& input) {
  constexpr long kStatuses[] = {200, 200, 200, 200, 200, 400, 401, 404, 408, 429, 500, 529, 0, -1, 503, 200};
  HttpReply reply;
  const auto how = input.byte();
  reply.status = kStatuses[how & 15];
  if (how & 16) reply.headers["retry-after-ms"] = std::string(input.text());
  if (how & 32) reply.headers["retry-after"] = std::string(input.text());
  if (how & 64) reply.failure = "the connection was lost", reply.sent = how & 128;
  reply.body = std::string(input.rest());
  return reply;
}

}  // namespace
}  // namespace assay::evolve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::evolve;
  using Kind = OpenAiReading::Kind;
  using assay::fuzz::must;
  assay::fuzz::Input input(data, size);
  const HttpReply reply = read_reply_from(input);
  if (auto wait = asked_wait(reply)) must(wait->count() >= 0 && wait->count() <= 60'000, "a wait is 0 to 60 seconds");
  const auto reading = read_openai_reply(reply);
  must(reading.kind != Kind::answer || (reply.status == 200 && reply.failure.empty()), "only a whole reply of status 200 is an answer");
  must(reading.kind == Kind::answer || !reading.detail.empty(), "what is no answer says why");
  must(reading.detail.size() <= reply.body.size() + reply.failure.size() + 400, "what is told is bounded by what came");
  must(!reading.usage || reply.status == 200, "usage comes with an answer");
  must(reply.failure.empty() || reading.may_be_charged == reply.sent, "what was never sent costs nothing");
  return 0;
}
