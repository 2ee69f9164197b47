#include "evolve/providers/openai_reply.h"

#include <algorithm>

namespace assay::evolve {
namespace {

using Kind = Reading::Kind;

constexpr std::size_t kTextLimit = 4u << 20;

std::string content_of(const Json& message) {
  auto found = message.find("content");
  if (found == message.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  std::string text;
  if (found->is_array())
    for (const Json& part : *found)
      if (part.is_object() && part.contains("text") && part["text"].is_string()) text += part["text"].get<std::string>();
  return text;
}

/// prompt_tokens counts the cached ones, too.
std::optional<Usage> usage_of(const Json& body) {
  auto found = body.find("usage");
  if (found == body.end() || !found->is_object() || !found->contains("prompt_tokens") ||
      !found->contains("completion_tokens")) return std::nullopt;
  auto in = tokens_of(*found, "prompt_tokens"), out = tokens_of(*found, "completion_tokens");
  if (!in || !out || (*found)["prompt_tokens"].is_null() || (*found)["completion_tokens"].is_null()) return std::nullopt;
  std::uint64_t cached = 0;
  if (auto details = found->find("prompt_tokens_details"); details != found->end() && details->is_object())
    cached = std::min(tokens_of(*details, "cached_tokens").value_or(0), *in);
  return Usage{*in - cached, cached, 0, *out};
}

/// Why an answer that ended like this is none; empty where it is one.
std::string objection(const std::string& finish_reason) {
  if (finish_reason == "length" || finish_reason == "max_tokens") return "the answer was cut off at max_tokens";
  if (finish_reason == "content_filter") return "the endpoint's content filter held the answer back";
  if (finish_reason == "error") return "the endpoint broke the answer off with an error";
  return "";
}
Kind kind_of_objection(const std::string& finish_reason) { return finish_reason == "error" ? Kind::retry : Kind::useless; }

const Json* error_in(const Json& body) {
  auto error = body.find("error");
  return error == body.end() || error->is_null() ? nullptr : &*error;
}

std::string finish_reason_of(const Json& choice) {
  auto reason = choice.find("finish_reason");
  return reason != choice.end() && reason->is_string() ? reason->get<std::string>() : "";
}

Reading read_body(const HttpReply& reply) {
  Json body = Json::parse(reply.body, nullptr, false);
  if (!body.is_object()) return {Kind::retry, "the reply is not JSON: " + plain(reply.body), {}, {}, true};
  Reading reading{Kind::useless, "", usage_of(body), {}, true};
  if (const Json* error = error_in(body)) {
    reading.detail = "the endpoint reported an error: " + plain_json(*error);
    reading.kind = kind_of_error(reading.detail, reply.headers.contains("retry-after"));
    return reading;
  }
  auto choices = body.find("choices");
  if (choices == body.end() || !choices->is_array() || choices->empty() || !(*choices)[0].is_object() ||
      !(*choices)[0].contains("message") || !(*choices)[0]["message"].is_object()) {
    reading.detail = "the reply has no choices: " + plain_json(body);
    return reading;
  }
  const std::string reason = finish_reason_of((*choices)[0]);
  reading.detail = objection(reason);
  reading.kind = reading.detail.empty() ? Kind::answer : kind_of_objection(reason);
  if (reading.kind == Kind::answer) reading.detail = content_of((*choices)[0]["message"]);
  return reading;
}

}  // namespace

bool OpenAiReader::take(std::string_view bytes) {
  any_ = true;
  auto fault = parser_.feed(bytes, [&](const SseEvent& event) {
    if (wrong_.empty() && !done_) this->event(event);
  });
  if (fault) broken(Kind::useless, std::string(name_of(*fault)));
  return wrong_.empty() && !done_;
}

void OpenAiReader::broken(Kind kind, std::string why) {
  if (!wrong_.empty() || done_) return;
  wrong_kind_ = kind;
  wrong_ = std::move(why);
}

void OpenAiReader::event(const SseEvent& event) {
  if (event.data == "[DONE]") return void(done_ = true);
  Json json = Json::parse(event.data, nullptr, false);
  if (!json.is_object()) return broken(Kind::retry, "the stream holds what is not JSON: " + plain(event.data));
  chunk(json);
}

void OpenAiReader::chunk(const Json& chunk) {
  if (auto usage = usage_of(chunk)) usage_ = usage;
  if (const Json* error = error_in(chunk)) {
    std::string detail = "the stream reported an error: " + plain_json(*error);
    const Kind kind = kind_of_error(detail, false);
    // What broke an answer off half way is no word about the prompt: another attempt may be whole.
    return broken(kind == Kind::stop ? kind : Kind::retry, std::move(detail));
  }
  auto choices = chunk.find("choices");
  if (choices == chunk.end() || !choices->is_array()) return;
  for (const Json& one : *choices)
    if (one.is_object()) choice(one);
}

void OpenAiReader::choice(const Json& choice) {
  if (auto index = choice.find("index"); index != choice.end() && index->is_number() && *index != 0) return;  // one was asked for
  if (auto delta = choice.find("delta"); delta != choice.end() && delta->is_object()) text_ += content_of(*delta);
  if (text_.size() > kTextLimit) broken(Kind::useless, "the answer is longer than " + std::to_string(kTextLimit) + " bytes");
  if (finish_reason_.empty()) finish_reason_ = finish_reason_of(choice);
}

Reading OpenAiReader::streamed(const std::string& failure) {
  if (!wrong_.empty()) return {wrong_kind_, wrong_, {}, usage_.value_or(Usage{}), true};
  if (finish_reason_.empty())
    return {Kind::retry, "the stream was cut off" + (failure.empty() ? "" : ": " + failure), {}, usage_.value_or(Usage{}), true};
  std::string why = objection(finish_reason_);
  const Kind kind = why.empty() ? Kind::answer : kind_of_objection(finish_reason_);
  return {kind, kind == Kind::answer ? std::move(text_) : std::move(why), usage_, {}, true};
}

Reading OpenAiReader::finish(const HttpReply& reply) {
  if (reply.status == 200 && !any_ && looks_like_events(reply.body)) take(reply.body);  // a stream under another content type
  const bool ended = reply.failure.empty() || any_;
  if (reply.status != 200 || !ended) return read_refusal(reply);
  if (any_ && reply.too_long) broken(Kind::useless, reply.failure);
  return any_ ? streamed(reply.failure) : read_body(reply);
}

}  // namespace assay::evolve
