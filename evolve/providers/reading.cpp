#include "evolve/providers/reading.h"

#include <algorithm>
#include <limits>

namespace assay::evolve {
namespace {

constexpr std::size_t kExcerptBytes = 300;
constexpr std::size_t kSearchedBytes = 64u << 10;
constexpr std::size_t kTextLimit = 4u << 20;

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != text.npos; });
}

std::string lower(std::string_view text) {
  std::string out(text.substr(0, kSearchedBytes));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

/// Somebody on the way gave up waiting for an answer that the model may have given, and may be paid for.
bool lost_on_the_way(long status) {
  return status == 408 || status == 499 || status == 502 || status == 504 || (status >= 520 && status <= 527);
}

}  // namespace

std::uint64_t Usage::all_in() const { return saturating_sum(saturating_sum(in, cached_in), cache_write); }

Reading::Kind kind_of_error(std::string_view report, bool comes_back) {
  const std::string text = lower(report);
  if (has_any(text, {"enforced_spend_limit_reached", "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
                     "billing_error", "invalid_api_key", "authentication_error", "permission_error", "account_deactivated", "model_not_found",
                     "not_found_error"}))
    return Reading::Kind::stop;
  if (!comes_back && has_any(text, {"spend limit", "spending limit", "usage limits", "credit balance"})) return Reading::Kind::stop;
  if (has_any(text, {"rate_limit", "rate limit", "overloaded", "server_error", "api_error", "internal error", "unavailable",
                     "timeout", "timed out", "try again"}))
    return Reading::Kind::retry;
  return Reading::Kind::useless;
}

Reading read_refusal(const HttpReply& reply) {
  const bool refused = reply.status >= 300 && reply.status != 200;
  // A status says what became of the request, even where the rest of its reply was lost.
  if (!refused && reply.too_long) return {Reading::Kind::useless, reply.failure, {}, {}, true};
  if (!refused)
    return {Reading::Kind::retry, reply.failure.empty() ? "HTTP " + std::to_string(reply.status) : reply.failure, {}, {}, reply.sent};
  std::string detail = "HTTP " + std::to_string(reply.status) + ": " + plain(reply.body);
  Reading reading{Reading::Kind::stop, std::move(detail), {}, {}, lost_on_the_way(reply.status)};
  const auto told = kind_of_error(reply.body, reply.headers.contains("retry-after") || reply.headers.contains("retry-after-ms"));
  if (told == Reading::Kind::stop) return reading;
  const bool passing = reply.status == 408 || reply.status == 409 || reply.status == 429 || reply.status == 499 || reply.status >= 500;
  if (passing) reading.kind = Reading::Kind::retry;
  else if (reply.status == 413 || has_any(lower(reply.body), {"context_length_exceeded", "prompt is too long", "request_too_large"}))
    reading.kind = Reading::Kind::useless;
  return reading;
}

Reading with_error(Reading reading, const Json& error, bool comes_back) {
  reading.detail = "the endpoint reported an error: " + plain_json(error);
  reading.kind = kind_of_error(reading.detail, comes_back);
  return reading;
}

// A reply as it comes ------------------------------------------------------------------------------------------------

bool ReplyReader::take(std::string_view bytes) {
  any_ = true;
  auto fault = parser_.feed(bytes, [&](const SseEvent& event) {
    if (wrong_.empty() && !done_) one(event);
  });
  if (fault) broken(Reading::Kind::useless, std::string(name_of(*fault)));
  return wrong_.empty() && !done_;
}

void ReplyReader::one(const SseEvent& event) {
  if (plain_event(event.data)) return;
  Json body = Json::parse(event.data, nullptr, false);
  if (!body.is_object()) return broken(Reading::Kind::retry, "the stream holds what is not JSON: " + plain(event.data));
  this->event(event.type, body);
}

void ReplyReader::broken(Reading::Kind kind, std::string why) {
  if (!wrong_.empty() || done_) return;
  wrong_kind_ = kind;
  wrong_ = std::move(why);
}

void ReplyReader::add(std::string_view text) {
  text_ += text;
  if (text_.size() > kTextLimit) broken(Reading::Kind::useless, "the answer is longer than " + std::to_string(kTextLimit) + " bytes");
}

void ReplyReader::report(const Json& error) {
  std::string detail = "the stream reported an error: " + plain_json(error);
  const auto kind = kind_of_error(detail, false);
  // What broke an answer off half way is no word about the prompt: another attempt may be whole.
  broken(kind == Reading::Kind::stop ? kind : Reading::Kind::retry, std::move(detail));
}

Reading ReplyReader::streamed(const std::string& failure) {
  if (!wrong_.empty()) return {wrong_kind_, wrong_, {}, told(), true};
  if (!is_whole()) return {Reading::Kind::retry, "the stream was cut off" + (failure.empty() ? "" : ": " + failure), {}, told(), true};
  return whole();
}

void ReplyReader::told_model(const Json& json) {
  const auto found = json.find("model");
  if (model_.empty() && found != json.end() && found->is_string()) model_ = found->get<std::string>();
}

Reading ReplyReader::finish(const HttpReply& reply) {
  Reading reading = read(reply);
  reading.model = std::move(model_);
  return reading;
}

Reading ReplyReader::read(const HttpReply& reply) {
  if (reply.status == 200 && !any_ && looks_like_events(reply.body)) take(reply.body);  // a stream under another content type
  const bool ended = reply.failure.empty() || any_;
  if (reply.status != 200 || !ended) return read_refusal(reply);
  if (any_ && reply.too_long) broken(Reading::Kind::useless, reply.failure);
  if (any_) return streamed(reply.failure);
  Json body = Json::parse(reply.body, nullptr, false);
  if (!body.is_object()) return {Reading::Kind::retry, "the reply is not JSON: " + plain(reply.body), {}, {}, true};
  told_model(body);
  return object(body, reply.headers.contains("retry-after"));
}

// An endpoint's words ------------------------------------------------------------------------------------------------

std::string excerpt(std::string_view text) {
  if (text.size() > kExcerptBytes) {
    std::size_t end = kExcerptBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end);
  }
  return std::string(text);
}

std::string plain_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, kSearchedBytes); }

std::string plain(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? std::string(text.substr(0, kSearchedBytes)) : plain_json(json);
}

std::string valid_utf8(const std::string& text) {
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

std::string masked(std::string text, std::string_view key) {
  constexpr std::string_view kMask = "[key]";
  if (key.empty()) return text;
  for (auto at = text.find(key); at != text.npos; at = text.find(key, at + kMask.size())) text.replace(at, key.size(), kMask);
  return text;
}

std::optional<std::uint64_t> tokens_of(const Json& usage, const char* key) {
  auto found = usage.find(key);
  if (found == usage.end() || found->is_null()) return 0;
  return fits<std::uint64_t>(*found) ? std::optional(found->get<std::uint64_t>()) : std::nullopt;
}

}  // namespace assay::evolve
