#include "evolve/providers/limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace assay::evolve {
namespace {

using namespace std::chrono;

constexpr double kDayMs = 86400e3;
constexpr std::array<std::string_view, 4> kKinds = {"requests", "tokens", "input-tokens", "output-tokens"};

/// A plain decimal number at the front of `text`, which it takes away.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (code != std::errc() || !(value >= 0) || value > kDayMs) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> take_unit(std::string_view& text) {
  constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", kDayMs}}};
  for (auto [name, ms] : kUnits)
    if (text.starts_with(name)) {
      text.remove_prefix(name.size());
      return ms;
    }
  return std::nullopt;
}

/// Exactly `digits` digits at the front, and `after` behind them where it is not 0.
std::optional<int> take_digits(std::string_view& text, std::size_t digits, char after) {
  int value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + std::min(digits, text.size()), value);
  if (code != std::errc() || value < 0 || end != text.data() + digits || text.starts_with('-')) return std::nullopt;
  text.remove_prefix(digits);
  if (after == 0) return value;
  if (!text.starts_with(after)) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

std::optional<milliseconds> take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return milliseconds(0);
  text.remove_prefix(1);
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  int ms = 0;
  for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (i < digits ? text[i] - '0' : 0);
  text.remove_prefix(digits);
  return milliseconds(ms);
}

/// "Z" or "+01:00".
std::optional<minutes> zone_of(std::string_view text) {
  if (text == "Z" || text == "z") return minutes(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  auto hours = take_digits(text, 2, ':'), rest = take_digits(text, 2, 0);
  if (!hours || !rest || *hours > 23 || *rest > 59) return std::nullopt;
  return minutes(sign * (*hours * 60 + *rest));
}

std::optional<std::uint64_t> count_in(const std::map<std::string, std::string>& headers, const std::string& name) {
  auto found = headers.find(name);
  if (found == headers.end()) return std::nullopt;
  std::uint64_t value = 0;
  const std::string& text = found->second;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::uint64_t share_of(std::string_view kind, const CallSize& size) {
  if (kind == "requests") return 1;
  if (kind == "input-tokens") return size.in;
  return kind == "output-tokens" ? size.out : size.in + size.out;
}

}  // namespace

std::optional<milliseconds> duration_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double total = 0;
  for (bool first = true; !text.empty(); first = false) {
    auto number = take_number(text);
    if (!number) return std::nullopt;
    const bool bare = first && text.empty();
    auto unit = bare ? std::optional(1e3) : take_unit(text);
    if (!unit) return std::nullopt;
    total += *number * *unit;
  }
  if (total > kDayMs) return std::nullopt;
  return ceil<milliseconds>(duration<double, std::milli>(total));
}

std::optional<sys_time<milliseconds>> time_of(std::string_view text) {
  auto y = take_digits(text, 4, '-'), m = take_digits(text, 2, '-'), d = take_digits(text, 2, 0);
  if (!y || !m || !d || text.empty() || (text[0] != 'T' && text[0] != 't' && text[0] != ' ')) return std::nullopt;
  text.remove_prefix(1);
  auto hour = take_digits(text, 2, ':'), minute = take_digits(text, 2, ':'), second = take_digits(text, 2, 0);
  auto fraction = second ? take_fraction(text) : std::nullopt;
  auto zone = fraction ? zone_of(text) : std::nullopt;
  if (!hour || !minute || !zone || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + *fraction - *zone;
}

void RateLimits::learn_one(const std::map<std::string, std::string>& headers, const std::string& name, const std::string& prefix,
                           const std::string& suffix, Time now, system_clock::time_point wall) {
  auto left = count_in(headers, prefix + "remaining" + suffix);
  auto reset = headers.find(prefix + "reset" + suffix);
  if (!left || reset == headers.end()) return;
  std::optional<milliseconds> after = duration_of(reset->second);
  if (auto at = after ? std::nullopt : time_of(reset->second)) after = std::clamp<milliseconds>(*at - floor<milliseconds>(wall), 0ms, 24h);
  if (after) limits_[name] = {count_in(headers, prefix + "limit" + suffix), *left, now + *after};
}

void RateLimits::learn(const std::map<std::string, std::string>& headers, Time now, system_clock::time_point wall) {
  std::lock_guard guard(mutex_);
  for (std::string_view kind : kKinds) {
    const std::string name(kind);
    learn_one(headers, name, "x-ratelimit-", "-" + name, now, wall);
    learn_one(headers, name, "anthropic-ratelimit-" + name + "-", "", now, wall);
  }
}

void RateLimits::hold_until(Time time) {
  std::lock_guard guard(mutex_);
  held_until_ = std::max(held_until_, time);
}

std::optional<RateLimits::Time> RateLimits::admit(const CallSize& size, Time now) {
  std::lock_guard guard(mutex_);
  if (now < held_until_) return held_until_;
  std::erase_if(limits_, [&](const auto& limit) { return limit.second.reset <= now; });
  std::optional<Time> later;
  for (const auto& [kind, limit] : limits_) {
    // A call larger than the whole limit can wait for no more than all of it.
    const std::uint64_t share = std::min(share_of(kind, size), limit.most.value_or(UINT64_MAX));
    if (limit.left < share) later = std::max(later.value_or(limit.reset), limit.reset);
  }
  if (later) return later;
  for (auto& [kind, limit] : limits_) limit.left -= std::min(limit.left, share_of(kind, size));
  return std::nullopt;
}

}  // namespace assay::evolve
