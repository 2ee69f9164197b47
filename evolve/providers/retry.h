#pragma once
// When to try again: what every call of one provider shares, and what is its own.
//
// Time comes from outside, so that tests own it. The jitter comes from (campaign seed, candidate, attempt) and from nothing else.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "evolve/providers/http.h"

namespace assay::evolve {

/// The outside's clock. Any thread.
class Time {
 public:
  using Point = std::chrono::steady_clock::time_point;

  virtual ~Time() = default;
  virtual Point now() = 0;
  virtual std::chrono::system_clock::time_point wall() = 0;  ///< for dates in headers
  /// False when `stop` came first.
  virtual bool sleep_until(Point time, std::stop_token stop) = 0;
};
std::shared_ptr<Time> real_time();

/// retry-after-ms, or retry-after in seconds or as a date: 0 to 24 hours. Nothing where the reply does not say, or says no time.
std::optional<std::chrono::milliseconds> asked_wait(const HttpReply& reply, std::chrono::system_clock::time_point wall);

struct Backoff {
  std::chrono::milliseconds base{1000};
  std::chrono::milliseconds longest{60000};
};
/// Before attempt `attempt` + 1, attempts counted from 0: base * 2^attempt, at most `longest`, of it a part between one half and
/// the whole (so that calls that failed together do not come back together).
std::chrono::milliseconds backoff(const Backoff& how, std::uint64_t seed, std::uint64_t candidate, std::uint64_t attempt);

/// Keeps calls from an endpoint that is down. Closed: calls go. After `failures` in a row it is open: none goes for `pause`. Then
/// one goes as a probe; it closes the breaker or opens it again. Any thread.
class Breaker {
 public:
  /// Leave to call now, given back by one of good, bad and nothing.
  struct Pass {
    bool probe = false;
  };

  Breaker(unsigned failures, std::chrono::milliseconds pause) : failures_(failures), pause_(pause) {}

  /// A Pass, or when to ask again.
  std::expected<Pass, Time::Point> admit(Time::Point now);
  /// Whether `admit` would give a Pass now.
  bool admits(Time::Point now) const;
  void good(Pass pass);                   ///< the endpoint answered, if only to turn the call away
  void bad(Pass pass, Time::Point now);   ///< it did not, or not in one piece
  void nothing(Pass pass);                ///< the call was stopped, or never went: it says nothing

 private:
  const unsigned failures_;
  const std::chrono::milliseconds pause_;
  mutable std::mutex mutex_;
  unsigned in_a_row_ = 0;
  bool probing_ = false;
  std::optional<Time::Point> open_until_;  ///< the end of the pause, while open
};

}  // namespace assay::evolve
