#include "evolve/providers/openai_reply.h"

#include <algorithm>

namespace assay::evolve {
namespace {

using Kind = Reading::Kind;

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

}  // namespace

Reading OpenAiReader::object(const Json& body, bool comes_back) const {
  Reading reading{Kind::useless, "", usage_of(body), {}, true};
  if (const Json* error = error_in(body)) return with_error(std::move(reading), *error, comes_back);
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

bool OpenAiReader::plain_event(std::string_view data) {
  if (data == "[DONE]") end();
  return has_ended();
}

void OpenAiReader::event(const std::string&, const Json& chunk) {
  told_model(chunk);
  if (auto usage = usage_of(chunk)) usage_ = usage;
  if (const Json* error = error_in(chunk)) return report(*error);
  auto choices = chunk.find("choices");
  if (choices == chunk.end() || !choices->is_array()) return;
  for (const Json& one : *choices)
    if (one.is_object()) choice(one);
}

void OpenAiReader::choice(const Json& choice) {
  if (auto index = choice.find("index"); index != choice.end() && index->is_number() && *index != 0) return;  // one was asked for
  if (auto delta = choice.find("delta"); delta != choice.end() && delta->is_object()) add(content_of(*delta));
  if (finish_reason_.empty()) finish_reason_ = finish_reason_of(choice);
}

Reading OpenAiReader::whole() {
  std::string why = objection(finish_reason_);
  const Kind kind = why.empty() ? Kind::answer : kind_of_objection(finish_reason_);
  return {kind, kind == Kind::answer ? answer() : std::move(why), usage_, {}, true};
}

}  // namespace assay::evolve
