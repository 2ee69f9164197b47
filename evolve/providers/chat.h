#pragma once
// A model behind an HTTP endpoint, whatever its dialect: settings, key, retries, limits, money.
//
// One deadline spans everything that a call does: waiting for limits and for the breaker, every attempt, every pause.
// Money: the reported usage of a whole reply; where a call may have been served and no such usage came, the whole reservation of
// one attempt, or what was reported until then where that is more. What was turned away costs nothing.
// An error that no retry can mend (money spent, key refused) closes the provider. A call that cost nothing so far ends with that
// Error; one that did cost something gives no completion and tells its cost, and the next call ends with the Error.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "evolve/provider.h"
#include "evolve/providers/http.h"
#include "evolve/providers/reading.h"
#include "evolve/providers/retry.h"

namespace assay::evolve {

struct ChatSettings {
  std::string endpoint, model;
  std::string api_key_env, api_key_file;  ///< both empty: an endpoint without a key
  double temperature = 0.8;
  std::int64_t max_tokens = 8192;
  double usd_per_million_in = 0, usd_per_million_out = 0;
  double usd_per_million_cached_in = -1, usd_per_million_cache_write = -1;  ///< below 0: as usd_per_million_in
  double deadline_seconds = 600;  ///< of a whole call, with all its retries
  double stall_seconds = 120;     ///< of a stream, without a byte
  std::int64_t retries = 5;
  double retry_base_seconds = 1;
  std::int64_t breaker_failures = 8;
  double breaker_pause_seconds = 30;
  std::int64_t concurrency = 4;
  bool stream = true;
};

/// `defaults` with the members of `json` over them. The Error names the setting and what is wrong with it, never its value.
Result<ChatSettings> read_chat_settings(const Json& json, ChatSettings defaults, const std::string& name);

/// From the environment or the file that the settings name; "" where they name none.
Result<std::string> read_key(const ChatSettings& settings, const std::string& name);

/// What differs between dialects.
struct ChatDialect {
  std::string name;  ///< "openai"
  Json (*body)(const ChatSettings& settings, const std::string& prompt);
  std::vector<std::string> (*headers)(const std::string& key);
  std::unique_ptr<ReplyReader> (*reader)();
};

ChatDialect openai_dialect();
ChatDialect anthropic_dialect();

/// The outside, for tests: `post` is called from any thread.
struct ChatOutside {
  std::shared_ptr<Time> time;
  std::function<HttpReply(HttpRequest, std::stop_token)> post;
};
ChatOutside real_outside();

std::unique_ptr<Provider> make_chat(ChatDialect dialect, ChatSettings settings, std::string key, ChatOutside outside);
/// Settings and key read, the real outside.
Result<std::unique_ptr<Provider>> make_chat(ChatDialect dialect, ChatSettings defaults, const Json& json);

}  // namespace assay::evolve
