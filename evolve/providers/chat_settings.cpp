#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "evolve/providers/chat.h"

namespace assay::evolve {
namespace {

constexpr std::size_t kKeyBytes = 8192;

/// Does an endpoint carry a secret? It is stored with the campaign.
bool holds_secret(const std::string& endpoint) {
  const auto scheme = endpoint.find("://");
  const auto start = scheme == endpoint.npos ? 0 : scheme + 3;
  const auto host = std::string_view(endpoint).substr(start, endpoint.find_first_of("/?#", start) - start);
  return host.find('@') != host.npos || endpoint.find("key=") != endpoint.npos || endpoint.find("token=") != endpoint.npos;
}

bool in_range(double value, double low, double high) { return std::isfinite(value) && value >= low && value <= high; }

std::string out_of_range(const ChatSettings& s) {
  if (s.max_tokens < 1 || s.max_tokens > 10'000'000) return "\"max_tokens\" is not in 1 to 10000000";
  if (!in_range(s.temperature, 0, 10)) return "\"temperature\" is not in 0 to 10";
  if (!in_range(s.usd_per_million_in, 0, 1e6) || !in_range(s.usd_per_million_out, 0, 1e6)) return "a price is not in 0 to 1000000";
  if (!in_range(s.usd_per_million_cached_in, -1, 1e6) ||
      !in_range(s.usd_per_million_cache_write, -1, 1e6)) return "a price is not in 0 to 1000000";
  if (!in_range(s.deadline_seconds, 0.001, 86400)) return "\"deadline_seconds\" is not in 0.001 to 86400";
  if (!in_range(s.stall_seconds, 0.001, 86400)) return "\"stall_seconds\" is not in 0.001 to 86400";
  if (s.retries < 0 || s.retries > 100) return "\"retries\" is not in 0 to 100";
  if (!in_range(s.retry_base_seconds, 0, 3600)) return "\"retry_base_seconds\" is not in 0 to 3600";
  if (s.breaker_failures < 1 || s.breaker_failures > 1000) return "\"breaker_failures\" is not in 1 to 1000";
  if (!in_range(s.breaker_pause_seconds, 0, 3600)) return "\"breaker_pause_seconds\" is not in 0 to 3600";
  if (s.concurrency < 1 || s.concurrency > 64) return "\"concurrency\" is not in 1 to 64";
  return "";
}

/// The name of a variable as people write them. Other texts may be a key that was put in the wrong place: they are not repeated.
bool is_plain_name(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Without the blanks around it.
Result<std::string> checked_key(std::string key, const std::string& where) {
  const auto start = key.find_first_not_of(" \t\r\n");
  if (start == key.npos) return fail(where + " holds no key");
  key = key.substr(start, key.find_last_not_of(" \t\r\n") - start + 1);
  const bool plain = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
  // Shorter ones would be masked all over an answer.
  if (!plain || key.size() < 4 || key.size() > kKeyBytes)
    return fail(where + " holds no key: not one word of 4 to 8192 visible characters of ASCII");
  return key;
}

}  // namespace

Result<ChatSettings> read_chat_settings(const Json& json, ChatSettings s, const std::string& name) {
  static constexpr std::string_view kKnown[] = {"endpoint", "model", "api_key_env", "api_key_file", "temperature", "max_tokens",
      "usd_per_million_in", "usd_per_million_out", "usd_per_million_cached_in", "usd_per_million_cache_write", "deadline_seconds",
      "stall_seconds", "retries", "retry_base_seconds", "breaker_failures", "breaker_pause_seconds", "concurrency", "stream"};
  if (auto done = only_known(json, kKnown, name); !done) return std::unexpected(done.error());
  std::string wrong;
  auto get = [&](const char* key, auto& into) {
    auto value = member_or(json, key, into, name);
    if (value) into = *value;
    else if (wrong.empty()) wrong = value.error().what;
  };
  get("endpoint", s.endpoint);
  get("model", s.model);
  get("api_key_env", s.api_key_env);
  get("api_key_file", s.api_key_file);
  get("temperature", s.temperature);
  get("max_tokens", s.max_tokens);
  get("usd_per_million_in", s.usd_per_million_in);
  get("usd_per_million_out", s.usd_per_million_out);
  get("usd_per_million_cached_in", s.usd_per_million_cached_in);
  get("usd_per_million_cache_write", s.usd_per_million_cache_write);
  get("deadline_seconds", s.deadline_seconds);
  get("stall_seconds", s.stall_seconds);
  get("retries", s.retries);
  get("retry_base_seconds", s.retry_base_seconds);
  get("breaker_failures", s.breaker_failures);
  get("breaker_pause_seconds", s.breaker_pause_seconds);
  get("concurrency", s.concurrency);
  get("stream", s.stream);
  if (!wrong.empty()) return fail(wrong);
  if (s.model.empty()) return fail(name + ": \"model\" is missing; name one that the endpoint serves");
  if (!s.endpoint.starts_with("https://") && !s.endpoint.starts_with("http://"))
    return fail(name + ": \"endpoint\" is no URL of http or https");
  if (holds_secret(s.endpoint))
    return fail(name + ": \"endpoint\" carries a user or a key, and is stored with the campaign; "
                "give the key by \"api_key_env\" or \"api_key_file\"");
  if (auto range = out_of_range(s); !range.empty()) return fail(name + ": " + range);
  if (json.contains("api_key_file") && !s.api_key_file.empty()) {
    if (json.contains("api_key_env") && !s.api_key_env.empty())
      return fail(name + ": \"api_key_env\" and \"api_key_file\" are both set; keep one");
    s.api_key_env.clear();
  }
  return s;
}

Result<std::string> read_key(const ChatSettings& settings, const std::string& name) {
  if (!settings.api_key_file.empty()) {
    // A pipe may never speak, a device never end.
    std::error_code code;
    const auto size = std::filesystem::is_regular_file(settings.api_key_file, code) ? std::filesystem::file_size(settings.api_key_file, code) : 0;
    if (size == 0 || size > 8 * kKeyBytes)
      return fail(name + ": \"api_key_file\": " + settings.api_key_file + " is no file with a key; give what a command prints by \"api_key_env\"");
    auto text = read_file(settings.api_key_file);
    if (!text) return fail(name + ": \"api_key_file\": " + text.error().what);
    return checked_key(std::move(*text), name + ": the file " + settings.api_key_file);
  }
  if (settings.api_key_env.empty()) return "";
  const std::string variable = is_plain_name(settings.api_key_env) ? settings.api_key_env : "variable of the name in \"api_key_env\"";
  const char* value = std::getenv(settings.api_key_env.c_str());
  if (!value)
    return fail(name + ": the environment has no " + variable + "; set it, or set \"api_key_file\", "
                "or set \"api_key_env\" to \"\" for an endpoint without a key");
  return checked_key(value, name + ": the environment's " + variable);
}

}  // namespace assay::evolve
