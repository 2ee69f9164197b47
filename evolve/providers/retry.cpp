#include "evolve/providers/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <utility>

#include "evolve/random.h"

namespace assay::evolve {
namespace {

using std::chrono::milliseconds;

constexpr double kDaySeconds = 86400;
constexpr milliseconds kProbeLook{100};              ///< how soon a call that waits for a probe looks again
constexpr std::uint64_t kJitterStream = 0x6a697474;  ///< apart from what strategies and mutation draw

class RealTime final : public Time {
 public:
  Point now() override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall() override { return std::chrono::system_clock::now(); }
  bool sleep_until(Point time, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_until(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
  }
};

/// "1.5", " 3 ", "-2" (which is 0). Nothing for other texts.
std::optional<double> seconds_in(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  double value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc::result_out_of_range) return std::nullopt;
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return std::max(value, 0.0);
}

std::optional<double> seconds_until(const std::string& date, std::chrono::system_clock::time_point wall) {
  const time_t at = curl_getdate(date.c_str(), nullptr);
  if (at < 0) return std::nullopt;
  // As numbers: the clock's own nanoseconds end in 2262, dates of a header do not.
  return std::max(0.0, static_cast<double>(at) - std::chrono::duration<double>(wall.time_since_epoch()).count());
}

}  // namespace

std::shared_ptr<Time> real_time() { return std::make_shared<RealTime>(); }

std::optional<milliseconds> asked_wait(const HttpReply& reply, std::chrono::system_clock::time_point wall) {
  auto text = [&](const char* header) {
    auto found = reply.headers.find(header);
    return found == reply.headers.end() ? nullptr : &found->second;
  };
  std::optional<double> seconds;
  if (const std::string* ms = text("retry-after-ms")) seconds = seconds_in(*ms).transform([](double value) { return value / 1000; });
  if (const std::string* after = seconds ? nullptr : text("retry-after")) {
    seconds = seconds_in(*after);
    if (!seconds) seconds = seconds_until(*after, wall);
  }
  if (!seconds) return std::nullopt;
  return std::chrono::ceil<milliseconds>(std::chrono::duration<double>(std::min(*seconds, kDaySeconds)));
}

milliseconds backoff(const Backoff& how, std::uint64_t seed, std::uint64_t candidate, std::uint64_t attempt) {
  const double doubled = static_cast<double>(how.base.count()) * std::exp2(static_cast<double>(std::min<std::uint64_t>(attempt, 40)));
  const double whole = std::min(doubled, static_cast<double>(how.longest.count()));
  Random random(seed ^ kJitterStream, candidate);
  double part = random.unit();
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(attempt, 1000); ++i) part = random.unit();
  return milliseconds(std::llround(whole * (0.5 + 0.5 * part)));
}

std::expected<Breaker::Pass, Time::Point> Breaker::admit(Time::Point now) {
  std::lock_guard guard(mutex_);
  if (!open_until_) return Pass{};
  if (now < *open_until_) return std::unexpected(*open_until_);
  if (std::exchange(probing_, true)) return std::unexpected(now + kProbeLook);
  return Pass{true};
}

bool Breaker::admits(Time::Point now) const {
  std::lock_guard guard(mutex_);
  return !open_until_ || (now >= *open_until_ && !probing_);
}

void Breaker::good(Pass) {
  std::lock_guard guard(mutex_);
  in_a_row_ = 0;
  probing_ = false;
  open_until_.reset();
}

void Breaker::bad(Pass pass, Time::Point now) {
  std::lock_guard guard(mutex_);
  ++in_a_row_;
  if (pass.probe) probing_ = false;
  // A call from before the breaker opened that fails late says nothing new.
  if (pass.probe || (!open_until_ && in_a_row_ >= failures_)) open_until_ = now + pause_;
}

void Breaker::nothing(Pass pass) {
  std::lock_guard guard(mutex_);
  if (pass.probe) probing_ = false;
}

}  // namespace assay::evolve
