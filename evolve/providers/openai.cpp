// A model behind an OpenAI-compatible chat endpoint, also a local server: the request. What is said back: openai_reply.h.

#include "evolve/providers/chat.h"
#include "evolve/providers/make.h"
#include "evolve/providers/openai_reply.h"

namespace assay::evolve {
namespace {

Json body_of(const ChatSettings& settings, const std::string& prompt) {
  Json body{{"model", settings.model}, {"temperature", settings.temperature}, {"max_tokens", settings.max_tokens},
            {"messages", {{{"role", "user"}, {"content", prompt}}}}};
  if (!settings.stream) return body;
  body["stream"] = true;
  body["stream_options"] = {{"include_usage", true}};
  return body;
}

std::vector<std::string> headers_of(const std::string& key) {
  if (key.empty()) return {};
  return {"Authorization: Bearer " + key};
}

}  // namespace

ChatDialect openai_dialect() {
  return {"openai", body_of, headers_of, []() -> std::unique_ptr<ReplyReader> { return std::make_unique<OpenAiReader>(); }};
}

Result<std::unique_ptr<Provider>> make_openai(const Json& json) {
  return make_chat(openai_dialect(), {.endpoint = "https://api.openai.com/v1/chat/completions", .api_key_env = "OPENAI_API_KEY"}, json);
}

}  // namespace assay::evolve
