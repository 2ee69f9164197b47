#include "evolve/providers/anthropic_reply.h"

namespace assay::evolve {
namespace {

using Kind = Reading::Kind;

const Json* object_in(const Json& json, const char* key) {
  auto found = json.find(key);
  return found != json.end() && found->is_object() ? &*found : nullptr;
}

std::string text_in(const Json& json, const char* key) {
  auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Writes the counts that `usage` has over those in `into`. False: one is no whole number.
bool read_usage(const Json& usage, Usage& into) {
  struct Count {
    const char* key;
    std::uint64_t& value;
  };
  bool sound = true;
  for (auto [key, value] : {Count{"input_tokens", into.in}, {"cache_read_input_tokens", into.cached_in},
                            {"cache_creation_input_tokens", into.cache_write}, {"output_tokens", into.out}}) {
    auto found = usage.find(key);
    if (found == usage.end() || found->is_null()) continue;
    auto tokens = tokens_of(usage, key);
    sound = sound && tokens;
    value = tokens.value_or(value);
  }
  return sound;
}

bool has_count(const Json& usage, const char* key) {
  auto found = usage.find(key);
  return found != usage.end() && fits<std::uint64_t>(*found);
}

/// Why an answer that ended like this is none; empty where it is one.
std::string objection(const std::string& stop_reason) {
  if (stop_reason == "max_tokens" || stop_reason == "model_context_window_exceeded") return "the answer was cut off at max_tokens";
  if (stop_reason == "refusal") return "the model refused to answer";
  if (stop_reason == "pause_turn") return "the model paused before its answer was whole";
  return "";
}

}  // namespace

Reading AnthropicReader::object(const Json& body, bool comes_back) const {
  Reading reading{Kind::useless, "", {}, {}, true};
  Usage usage;
  const Json* told = object_in(body, "usage");
  if (told && has_count(*told, "input_tokens") && has_count(*told, "output_tokens") && read_usage(*told, usage)) reading.usage = usage;
  if (const Json* error = object_in(body, "error")) return with_error(std::move(reading), *error, comes_back);
  auto content = body.find("content");
  if (content == body.end() || !content->is_array()) {
    reading.detail = "the reply has no content: " + plain_json(body);
    return reading;
  }
  reading.detail = objection(text_in(body, "stop_reason"));
  if (!reading.detail.empty()) return reading;
  reading.kind = Kind::answer;
  for (const Json& block : *content)
    if (block.is_object() && text_in(block, "type") == "text") reading.detail += text_in(block, "text");
  return reading;
}

void AnthropicReader::event(const std::string& sent_as, const Json& body) {
  const std::string said = text_in(body, "type"), type = said.empty() ? sent_as : said;
  if (type == "message_start") {
    const Json* start = object_in(body, "message");
    if (start) told_model(*start);
    const Json* usage = start ? object_in(*start, "usage") : nullptr;
    if (!usage) return;
    usage_sound_ = read_usage(*usage, usage_) && usage_sound_;
    in_told_ = in_told_ || has_count(*usage, "input_tokens");
  } else if (type == "content_block_start") {
    if (const Json* block = object_in(body, "content_block"); block && text_in(*block, "type") == "text") add(text_in(*block, "text"));
  } else if (type == "content_block_delta") {
    if (const Json* part = object_in(body, "delta"); part && text_in(*part, "type") == "text_delta") add(text_in(*part, "text"));
  } else if (type == "message_delta") {
    delta(body);
  } else if (type == "message_stop") {
    end();
  } else if (type == "error") {
    const Json* error = object_in(body, "error");
    report(error ? *error : body);
  }
}

void AnthropicReader::delta(const Json& body) {
  if (const Json* part = object_in(body, "delta"); part && !text_in(*part, "stop_reason").empty()) stop_reason_ = text_in(*part, "stop_reason");
  const Json* usage = object_in(body, "usage");
  if (!usage) return;
  usage_sound_ = read_usage(*usage, usage_) && usage_sound_;
  in_told_ = in_told_ || has_count(*usage, "input_tokens");
  out_told_ = out_told_ || has_count(*usage, "output_tokens");
}

Reading AnthropicReader::whole() {
  Reading reading{Kind::useless, objection(stop_reason_), {}, usage_, true};
  if (in_told_ && out_told_ && usage_sound_) reading.usage = usage_;
  if (!reading.detail.empty()) return reading;
  reading.kind = Kind::answer;
  reading.detail = answer();
  return reading;
}

}  // namespace assay::evolve
