#include "cli/output.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "cli/exit_code.h"

namespace assay::cli {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

bool is_count(double value) { return value == std::floor(value) && std::abs(value) < 9e15; }

}  // namespace

void say(const std::string& text) {
  std::string line = "assay: " + text + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string printable(const std::string& text) {
  std::string shown = text;
  for (char& c : shown)
    if ((static_cast<unsigned char>(c) < 32 && c != '\n') || c == 127) c = '?';
  return shown;
}

void print_json(const Json& json) {
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int report_error(const Error& error, bool json) {
  say(error.what);
  if (json) print_json({{"error", error.what}});
  return exit_code_of(error);
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string bytes_text(double bytes) {
  static constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return formatted(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
}

std::string ratio_text(double ratio) { return formatted("%.4f", ratio); }

std::string metric_text(double value) {
  return is_count(value) ? std::to_string(static_cast<std::int64_t>(value)) : ratio_text(value);
}

void put_metric(Json& json, const std::string& name, double value) {
  if (is_count(value) && !name.ends_with("ratio")) json[name] = static_cast<std::int64_t>(value);
  else json[name] = value;
}

std::string duration_text(double seconds) {
  if (seconds < 60) return formatted("%.1f s", seconds);
  auto whole = static_cast<unsigned long long>(seconds + 0.5);
  if (whole < 3600) return formatted("%llu min %02llu s", whole / 60, whole % 60);
  return formatted("%llu h %02llu min", whole / 3600, whole % 3600 / 60);
}

std::string free_name(const std::string& wanted, const std::string& extension) {
  std::string name = wanted + extension;
  for (int i = 2; std::filesystem::exists(name); ++i) name = wanted + "-" + std::to_string(i) + extension;
  return name;
}

}  // namespace assay::cli
