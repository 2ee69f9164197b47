// A model behind the Anthropic Messages API: the request. What is said back: anthropic_reply.h.

#include "evolve/providers/anthropic_reply.h"
#include "evolve/providers/chat.h"
#include "evolve/providers/make.h"

namespace assay::evolve {
namespace {

Json body_of(const ChatSettings& settings, const std::string& prompt) {
  Json body{{"model", settings.model}, {"temperature", settings.temperature}, {"max_tokens", settings.max_tokens},
            {"messages", {{{"role", "user"}, {"content", prompt}}}}};
  if (settings.stream) body["stream"] = true;
  return body;
}

std::vector<std::string> headers_of(const std::string& key) {
  std::vector<std::string> headers{"anthropic-version: 2023-06-01"};
  if (!key.empty()) headers.push_back("x-api-key: " + key);
  return headers;
}

}  // namespace

ChatDialect anthropic_dialect() {
  return {"anthropic", body_of, headers_of, []() -> std::unique_ptr<ReplyReader> { return std::make_unique<AnthropicReader>(); }};
}

Result<std::unique_ptr<Provider>> make_anthropic(const Json& json) {
  return make_chat(anthropic_dialect(), {.endpoint = "https://api.anthropic.com/v1/messages", .api_key_env = "ANTHROPIC_API_KEY"}, json);
}

}  // namespace assay::evolve
