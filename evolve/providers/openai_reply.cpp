#include "evolve/providers/openai_reply.h"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "base/json.h"

namespace assay::evolve {
namespace {

using std::chrono::milliseconds;

std::string excerpt(std::string_view text) { return std::string(text.substr(0, 300)); }

bool is_passing(std::string_view text) {
  for (std::string_view word : {"rate_limit", "rate limit", "overloaded", "server_error", "unavailable", "timeout", "try again"})
    if (text.find(word) != text.npos) return true;
  return false;
}

bool is_final(std::string_view text) {
  for (std::string_view word : {"insufficient_quota", "enforced_spend_limit_reached", "invalid_api_key", "billing"})
    if (text.find(word) != text.npos) return true;
  return false;
}

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

std::optional<std::pair<std::uint64_t, std::uint64_t>> usage_of(const Json& body) {
  auto usage = body.find("usage");
  if (usage == body.end() || !usage->is_object()) return std::nullopt;
  auto in = usage->find("prompt_tokens"), out = usage->find("completion_tokens");
  if (in == usage->end() || out == usage->end() || !in->is_number_unsigned() || !out->is_number_unsigned()) return std::nullopt;
  return std::pair(in->get<std::uint64_t>(), out->get<std::uint64_t>());
}

OpenAiReading read_body(const std::string& text) {
  Json body = Json::parse(text, nullptr, false);
  if (!body.is_object()) return {OpenAiReading::Kind::retry, "the reply is not JSON: " + excerpt(text), {}, true};
  OpenAiReading reading{OpenAiReading::Kind::useless, "", usage_of(body), true};
  if (auto error = body.find("error"); error != body.end() && !error->is_null()) {
    reading.detail = "the endpoint reported an error: " + excerpt(error->dump(-1, ' ', false, Json::error_handler_t::replace));
    reading.kind = is_final(reading.detail) ? OpenAiReading::Kind::stop : is_passing(reading.detail) ? OpenAiReading::Kind::retry : OpenAiReading::Kind::useless;
    return reading;
  }
  auto choices = body.find("choices");
  if (choices == body.end() || !choices->is_array() || choices->empty() || !(*choices)[0].is_object() ||
      !(*choices)[0].contains("message") || !(*choices)[0]["message"].is_object()) {
    reading.detail = "the reply has no choices: " + excerpt(text);
    return reading;
  }
  reading.kind = OpenAiReading::Kind::answer;
  reading.detail = content_of((*choices)[0]["message"]);
  return reading;
}

}  // namespace

OpenAiReading read_openai_reply(const HttpReply& reply) {
  if (!reply.failure.empty()) return {OpenAiReading::Kind::retry, reply.failure, {}, reply.sent};
  if (reply.status == 200) return read_body(reply.body);
  std::string detail = "HTTP " + std::to_string(reply.status) + ": " + excerpt(reply.body);
  bool passing = reply.status == 408 || reply.status == 409 || reply.status == 429 || reply.status >= 500;
  bool retry = passing && !is_final(reply.body);
  return {retry ? OpenAiReading::Kind::retry : OpenAiReading::Kind::stop, detail, {}, false};
}

std::optional<milliseconds> asked_wait(const HttpReply& reply) {
  auto number = [&](const char* header) -> std::optional<double> {
    auto found = reply.headers.find(header);
    if (found == reply.headers.end()) return std::nullopt;
    char* end = nullptr;
    double value = std::strtod(found->second.c_str(), &end);
    if (end != found->second.c_str()) return std::isnan(value) ? std::nullopt : std::optional(value);
    time_t at = curl_getdate(found->second.c_str(), nullptr);
    return at < 0 ? std::nullopt : std::optional(std::max(0.0, std::difftime(at, std::time(nullptr))));
  };
  if (auto ms = number("retry-after-ms")) return milliseconds(static_cast<long long>(std::clamp(*ms, 0.0, 6e4)));
  if (auto s = number("retry-after")) return milliseconds(static_cast<long long>(std::clamp(*s, 0.0, 60.0) * 1000));
  return std::nullopt;
}

}  // namespace assay::evolve
