#include "evolve/providers/chat.h"

#include <algorithm>
#include <mutex>

#include "evolve/edit.h"
#include "evolve/providers/limits.h"

namespace assay::evolve {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMessageTokens = 64;  ///< roles and framing of a request

milliseconds ms_of(double seconds) { return milliseconds(std::max(1LL, static_cast<long long>(seconds * 1000))); }

/// Two bytes a token is dearer than any tokeniser in use for English and C++.
std::uint64_t worst_in(const Proposal& proposal) { return proposal.prompt.size() / 2 + kMessageTokens; }

class ChatProvider final : public Provider {
 public:
  ChatProvider(ChatDialect dialect, ChatSettings settings, std::string key, ChatOutside outside)
      : dialect_(std::move(dialect)), settings_(std::move(settings)), key_(std::move(key)), outside_(std::move(outside)),
        breaker_(static_cast<unsigned>(settings_.breaker_failures), ms_of(settings_.breaker_pause_seconds)) {}

  bool reads_prompts() const override { return true; }
  unsigned concurrency() const override { return static_cast<unsigned>(settings_.concurrency); }
  bool available() const override { return breaker_.admits(outside_.time->now()); }

  /// Of every attempt: each may be served and its reply lost.
  double worst_usd(const Proposal& proposal) const override {
    const double in = std::max({settings_.usd_per_million_in, settings_.usd_per_million_cached_in, settings_.usd_per_million_cache_write});
    const double once =
        static_cast<double>(worst_in(proposal)) * in + static_cast<double>(settings_.max_tokens) * settings_.usd_per_million_out;
    return once / 1e6 * static_cast<double>(settings_.retries + 1);
  }

  Result<Completion> complete(const Proposal& proposal) override;

 private:
  /// One call: what it has come to so far.
  struct Call {
    const Proposal& proposal;
    Time::Point until;
    Completion completion;
    std::string why = "no attempt was made";
    std::int64_t attempts = 0;
  };

  std::optional<Breaker::Pass> admitted(Call& call);
  Reading attempt(const Call& call, HttpReply& reply);
  void tell_breaker(Breaker::Pass pass, const Reading& reading, const HttpReply& reply, const Proposal& proposal);
  void charge(Completion& completion, const Reading& reading, const Proposal& proposal) const;
  bool pause(const HttpReply& reply, Call& call);
  HttpRequest request(const Call& call) const;
  double price(const Usage& usage) const;
  /// The endpoint's word for it, short and without the key; else the one that was asked for.
  std::string model_of(const Reading& reading) const { return reading.model.empty() ? settings_.model : told(reading.model); }
  std::string told(const std::string& detail) const { return valid_utf8(excerpt(masked(detail, key_))); }

  std::string closed() const {
    std::lock_guard guard(mutex_);
    return closed_;
  }
  Result<Completion> ended(Call call, const std::string& why) const;
  Completion refused(Call call) const;

  ChatDialect dialect_;
  ChatSettings settings_;
  std::string key_;
  ChatOutside outside_;
  Breaker breaker_;
  RateLimits limits_;
  mutable std::mutex mutex_;
  std::string closed_;  ///< why no call can go well any more; empty until then
};

Result<Completion> ChatProvider::complete(const Proposal& proposal) {
  Call call{proposal, outside_.time->now() + ms_of(settings_.deadline_seconds), {}};
  for (;;) {
    if (auto why = closed(); !why.empty()) return ended(std::move(call), why);
    auto pass = admitted(call);
    if (!pass) return refused(std::move(call));
    if (auto why = closed(); !why.empty()) {
      breaker_.nothing(*pass);
      return ended(std::move(call), why);
    }
    HttpReply reply;
    Reading reading = attempt(call, reply);
    ++call.attempts;
    tell_breaker(*pass, reading, reply, proposal);
    limits_.learn(reply.headers, outside_.time->now(), outside_.time->wall());
    charge(call.completion, reading, proposal);
    if (reading.kind == Reading::Kind::answer) {
      call.completion.model = model_of(reading);
      take_answer(call.completion, call.proposal, masked(std::move(reading.detail), key_));
      return std::move(call.completion);
    }
    call.why = told(reading.detail);
    if (reading.kind == Reading::Kind::stop) {
      std::lock_guard guard(mutex_);
      if (closed_.empty()) closed_ = call.why;
    } else if (reading.kind == Reading::Kind::useless || call.attempts > settings_.retries || !pause(reply, call)) {
      return refused(std::move(call));
    }
  }
}

/// Waits for the limits and the breaker. Nothing where the deadline or a stop came first.
std::optional<Breaker::Pass> ChatProvider::admitted(Call& call) {
  const CallSize size{worst_in(call.proposal), static_cast<std::uint64_t>(settings_.max_tokens)};
  for (;;) {
    const auto now = outside_.time->now();
    if (call.proposal.stop.stop_requested()) return std::nullopt;
    if (now >= call.until) {
      call.why += "; the deadline of " + Json(settings_.deadline_seconds).dump() + " s passed while waiting";
      return std::nullopt;
    }
    std::expected<Breaker::Pass, Time::Point> pass = breaker_.admit(now);
    auto later = pass ? limits_.admit(size, now) : std::optional(pass.error());
    if (!later) return *pass;
    if (pass) breaker_.nothing(*pass);
    // A call that cannot go within its deadline still waits it out: refusing it at once would burn candidate after candidate.
    if (call.attempts == 0) call.why = pass ? "the endpoint's rate limit left no room" : "the endpoint failed too often in a row";
    outside_.time->sleep_until(std::min(*later, call.until), call.proposal.stop);
  }
}

Reading ChatProvider::attempt(const Call& call, HttpReply& reply) {
  auto reader = dialect_.reader();
  HttpRequest request = this->request(call);
  if (settings_.stream) {
    request.stall = ms_of(settings_.stall_seconds);
    request.on_stream = [&](std::string_view bytes) { return reader->take(bytes); };
  }
  reply = outside_.post(std::move(request), call.proposal.stop);
  return reader->finish(reply);
}

void ChatProvider::tell_breaker(Breaker::Pass pass, const Reading& reading, const HttpReply& reply, const Proposal& proposal) {
  const bool turned_away = reply.status >= 300 && reply.status < 500;
  if (reply.stopped || proposal.stop.stop_requested()) breaker_.nothing(pass);
  else if (reading.kind != Reading::Kind::retry || turned_away) breaker_.good(pass);
  else breaker_.bad(pass, outside_.time->now());
}

void ChatProvider::charge(Completion& completion, const Reading& reading, const Proposal& proposal) const {
  if (!reading.usage && !reading.may_be_charged) return;
  Usage usage = reading.usage.value_or(reading.least);
  if (!reading.usage) {
    const std::uint64_t in = usage.all_in(), worst = worst_in(proposal);
    if (in < worst) usage.in += worst - in;
    usage.out = std::max(usage.out, static_cast<std::uint64_t>(settings_.max_tokens));
  }
  completion.tokens_in += usage.all_in();
  completion.tokens_out += usage.out;
  completion.usd += price(usage);
}

double ChatProvider::price(const Usage& usage) const {
  auto or_plain = [&](double price) { return price < 0 ? settings_.usd_per_million_in : price; };
  return (static_cast<double>(usage.in) * settings_.usd_per_million_in + static_cast<double>(usage.out) * settings_.usd_per_million_out +
          static_cast<double>(usage.cached_in) * or_plain(settings_.usd_per_million_cached_in) +
          static_cast<double>(usage.cache_write) * or_plain(settings_.usd_per_million_cache_write)) / 1e6;
}

/// False where a stop came.
bool ChatProvider::pause(const HttpReply& reply, Call& call) {
  const auto now = outside_.time->now();
  const auto asked = asked_wait(reply, outside_.time->wall());
  if (asked) limits_.hold_until(now + *asked);  // the endpoint asks every call of this key, not just this one
  const auto attempt = static_cast<std::uint64_t>(call.attempts - 1);
  const auto wait = asked ? *asked : backoff({ms_of(settings_.retry_base_seconds)}, call.proposal.seed, call.proposal.index, attempt);
  return outside_.time->sleep_until(std::min(now + wait, call.until), call.proposal.stop);
}

HttpRequest ChatProvider::request(const Call& call) const {
  HttpRequest request;
  request.url = settings_.endpoint;
  request.headers = dialect_.headers(key_);
  request.headers.insert(request.headers.end(), {"Content-Type: application/json", "Expect:"});
  request.body = dialect_.body(settings_, call.proposal.prompt).dump(-1, ' ', false, Json::error_handler_t::replace);
  request.deadline = std::chrono::ceil<milliseconds>(call.until - outside_.time->now());
  return request;
}

Result<Completion> ChatProvider::ended(Call call, const std::string& why) const {
  if (call.completion.usd == 0 && call.completion.tokens_in == 0 && call.completion.tokens_out == 0)
    return fail("provider " + dialect_.name + ": " + masked(settings_.endpoint, key_) + ": " + why, Fault::provider);
  call.why = why;
  return refused(std::move(call));
}

Completion ChatProvider::refused(Call call) const {
  call.completion.outcome = {OutcomeKind::no_completion, call.why + " (after " + std::to_string(call.attempts) + " attempts)", {}};
  return std::move(call.completion);
}

}  // namespace

ChatOutside real_outside() {
  auto loop = std::make_shared<HttpLoop>();
  return {real_time(), [loop](HttpRequest request, std::stop_token stop) { return loop->post(std::move(request), std::move(stop)); }};
}

std::unique_ptr<Provider> make_chat(ChatDialect dialect, ChatSettings settings, std::string key, ChatOutside outside) {
  return std::make_unique<ChatProvider>(std::move(dialect), std::move(settings), std::move(key), std::move(outside));
}

Result<std::unique_ptr<Provider>> make_chat(ChatDialect dialect, ChatSettings defaults, const Json& json) {
  const std::string name = "provider " + dialect.name;
  auto settings = read_chat_settings(json, std::move(defaults), name);
  if (!settings) return std::unexpected(settings.error());
  auto key = read_key(*settings, name);
  if (!key) return std::unexpected(key.error());
  return make_chat(std::move(dialect), std::move(*settings), std::move(*key), real_outside());
}

}  // namespace assay::evolve
