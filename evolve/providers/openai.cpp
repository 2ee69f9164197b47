// A model behind an OpenAI-compatible chat endpoint.
//
// What is retried: connection failures, 408, 409, 429, 529 and 5xx, an overload reported inside HTTP 200, a reply that was
// cut off. What ends the campaign: 4xx that a retry cannot mend (a refused key, an unknown model, a spent quota).
// What is charged: the reported usage; where a call may have been served and no usage came, the whole reservation.

#include <curl/curl.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "evolve/completion.h"
#include "evolve/providers/http.h"
#include "evolve/providers/make.h"
#include "evolve/providers/openai_reply.h"

namespace assay::evolve {
namespace {

using std::chrono::milliseconds;

struct Settings {
  std::string endpoint = "https://api.openai.com/v1/chat/completions";
  std::string model;
  std::string api_key_env = "OPENAI_API_KEY";
  double temperature = 0.8;
  std::int64_t max_tokens = 8192;
  double usd_per_million_in = 0, usd_per_million_out = 0;
  double deadline_seconds = 180;
  std::int64_t retries = 5;
  double retry_base_seconds = 1;
  std::int64_t concurrency = 4;
};

constexpr milliseconds kLongestWait{60000};
constexpr std::uint64_t kMessageTokens = 64;  ///< roles and framing of a request

Result<Settings> read_settings(const Json& json) {
  static constexpr std::string_view kKnown[] = {"endpoint", "model", "api_key_env", "temperature", "max_tokens",
      "usd_per_million_in", "usd_per_million_out", "deadline_seconds", "retries", "retry_base_seconds", "concurrency"};
  const std::string name = "provider openai";
  if (auto done = only_known(json, kKnown, name); !done) return std::unexpected(done.error());
  Settings s;
  std::string wrong;
  auto get = [&](const char* key, auto& into) {
    auto value = member_or(json, key, into, name);
    if (value) into = *value;
    else if (wrong.empty()) wrong = value.error().what;
  };
  get("endpoint", s.endpoint);
  get("model", s.model);
  get("api_key_env", s.api_key_env);
  get("temperature", s.temperature);
  get("max_tokens", s.max_tokens);
  get("usd_per_million_in", s.usd_per_million_in);
  get("usd_per_million_out", s.usd_per_million_out);
  get("deadline_seconds", s.deadline_seconds);
  get("retries", s.retries);
  get("retry_base_seconds", s.retry_base_seconds);
  get("concurrency", s.concurrency);
  if (!wrong.empty()) return fail(wrong);
  if (s.model.empty()) return fail(name + ": \"model\" is missing; name one that the endpoint serves");
  if (s.max_tokens < 1 || s.deadline_seconds <= 0 || s.retries < 0 || s.retry_base_seconds < 0 || s.concurrency < 1 ||
      s.concurrency > 64 || s.usd_per_million_in < 0 || s.usd_per_million_out < 0)
    return fail(name + ": max_tokens, deadline_seconds, retries, prices or concurrency out of range");
  return s;
}

/// False when `stop` came first.
bool wait(milliseconds time, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

class OpenAiProvider final : public Provider {
 public:
  OpenAiProvider(Settings settings, std::string key) : settings_(std::move(settings)), key_(std::move(key)) {}

  bool reads_prompts() const override { return true; }
  unsigned concurrency() const override { return static_cast<unsigned>(settings_.concurrency); }

  /// Of every attempt: each may be served and its reply lost.
  double worst_usd(const Proposal& proposal) const override {
    return price(worst_in(proposal), worst_out()) * static_cast<double>(settings_.retries + 1);
  }

  Result<Completion> complete(const Proposal& proposal) override {
    Completion completion;
    for (std::int64_t attempt = 0;; ++attempt) {
      HttpReply reply = post(request(proposal), proposal.stop);
      OpenAiReading reading = read_openai_reply(reply);
      charge(completion, reading, proposal);
      if (reading.kind == OpenAiReading::Kind::stop)
        return fail("provider openai: " + settings_.endpoint + ": " + reading.detail, Fault::provider);
      if (reading.kind == OpenAiReading::Kind::answer) return answered(std::move(completion), std::move(reading.detail));
      bool last = reading.kind == OpenAiReading::Kind::useless || attempt >= settings_.retries || proposal.stop.stop_requested();
      if (last || !wait(pause(reply, attempt), proposal.stop)) return refused(std::move(completion), reading.detail, attempt + 1);
    }
  }

 private:
  double price(std::uint64_t in, std::uint64_t out) const {
    return static_cast<double>(in) * settings_.usd_per_million_in / 1e6 + static_cast<double>(out) * settings_.usd_per_million_out / 1e6;
  }
  /// Two bytes a token is dearer than any tokeniser in use for English and C++.
  static std::uint64_t worst_in(const Proposal& proposal) { return proposal.prompt.size() / 2 + kMessageTokens; }
  std::uint64_t worst_out() const { return static_cast<std::uint64_t>(settings_.max_tokens); }

  void charge(Completion& completion, const OpenAiReading& reading, const Proposal& proposal) const {
    if (!reading.usage && !reading.may_be_charged) return;
    auto [in, out] = reading.usage.value_or(std::pair(worst_in(proposal), worst_out()));
    completion.tokens_in += in;
    completion.tokens_out += out;
    completion.usd += price(in, out);
  }

  milliseconds pause(const HttpReply& reply, std::int64_t attempt) const {
    if (auto asked = asked_wait(reply)) return *asked;
    double seconds = settings_.retry_base_seconds * static_cast<double>(1LL << std::min<std::int64_t>(attempt, 10));
    return std::min(kLongestWait, milliseconds(static_cast<long long>(seconds * 1000)));
  }

  HttpRequest request(const Proposal& proposal) const {
    Json body{{"model", settings_.model}, {"temperature", settings_.temperature}, {"max_tokens", settings_.max_tokens},
              {"messages", {{{"role", "user"}, {"content", proposal.prompt}}}}};
    HttpRequest request;
    request.url = settings_.endpoint;
    request.headers = {"Content-Type: application/json", "Expect:"};
    if (!key_.empty()) request.headers.push_back("Authorization: Bearer " + key_);
    request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    request.deadline = milliseconds(static_cast<long long>(settings_.deadline_seconds * 1000));
    return request;
  }

  static Completion answered(Completion completion, std::string answer) {
    auto code = extract_code(answer);
    if (code) completion.text = std::move(*code);
    else completion.outcome = {OutcomeKind::no_completion, "the answer holds no complete C++ code block", {}};
    completion.raw = std::move(answer);
    return completion;
  }

  static Completion refused(Completion completion, const std::string& why, std::int64_t attempts) {
    completion.outcome = {OutcomeKind::no_completion, why + " (after " + std::to_string(attempts) + " attempts)", {}};
    return completion;
  }

  Settings settings_;
  std::string key_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_openai(const Json& json) {
  auto settings = read_settings(json);
  if (!settings) return std::unexpected(settings.error());
  std::string key;
  if (!settings->api_key_env.empty()) {
    const char* value = std::getenv(settings->api_key_env.c_str());
    if (!value) return fail("provider openai: the environment has no " + settings->api_key_env +
                            "; set it, or set \"api_key_env\" to \"\" for an endpoint without a key");
    key = value;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  return std::make_unique<OpenAiProvider>(std::move(*settings), std::move(key));
}

}  // namespace assay::evolve
