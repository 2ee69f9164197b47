#pragma once
// Rate limits as an endpoint's headers tell them, so that calls wait instead of being turned away.
//
// Read: x-ratelimit-{limit,remaining,reset}-{requests,tokens} (resets as durations: "12ms", "6m0s"),
// anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset} (resets as RFC 3339 times).
// A limit that a call does not fit into holds it back until the limit's reset, and no longer: what is then left nobody told, so
// the call goes. Both vendors give the time at which the whole limit is there again.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace assay::evolve {

/// "1.5s", "12ms", "1h2m3s", or seconds without a unit. Nothing for other texts, negative ones and more than a day.
std::optional<std::chrono::milliseconds> duration_of(std::string_view text);
/// RFC 3339: "2026-01-31T08:00:00.5Z", "2026-01-31T08:00:00+01:00".
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time_of(std::string_view text);

/// What a call may take of the limits.
struct CallSize {
  std::uint64_t in = 0, out = 0;  ///< tokens
};

/// Of one provider; any thread. Times are on the caller's steady clock.
class RateLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void learn(const std::map<std::string, std::string>& headers, Time now, std::chrono::system_clock::time_point wall);
  /// No call before `time`: an endpoint said when to come back.
  void hold_until(Time time);
  /// Nothing: the call may go now, and its share is taken. Else when to ask again.
  std::optional<Time> admit(const CallSize& size, Time now);

 private:
  struct Limit {
    std::optional<std::uint64_t> most;
    std::uint64_t left = 0;
    Time reset;
  };
  void learn_one(const std::map<std::string, std::string>& headers, const std::string& name, const std::string& prefix,
                 const std::string& suffix, Time now, std::chrono::system_clock::time_point wall);

  std::mutex mutex_;
  std::map<std::string, Limit> limits_;  ///< by kind: requests, tokens, input-tokens, output-tokens
  Time held_until_{};
};

}  // namespace assay::evolve
