#include "evaluators/congestion/mahimahi.h"

#include <charconv>

#include "base/file.h"

namespace assay::evaluators::congestion {
namespace {

constexpr std::uint32_t kMostMilliseconds = 1u << 30;  // twelve days
constexpr std::size_t kMostLines = 1u << 24;

/// Why a line is none; empty: it is one.
std::string objection(std::string_view line, std::uint32_t before, std::uint32_t& value) {
  if (line.empty()) return "an empty line; remove it";
  if (line.back() == '\r') return "ends in a carriage return; convert the file to plain line feeds";
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error != std::errc() || end != line.data() + line.size())
    return "\"" + std::string(line.substr(0, 40)) + "\" is no whole number of milliseconds; write one number a line";
  if (value > kMostMilliseconds) return std::to_string(value) + " is beyond 2^30 milliseconds; cut the trace";
  if (value < before) return std::to_string(value) + " comes after " + std::to_string(before) + "; opportunities stand in order of time";
  return "";
}

}  // namespace

Result<std::vector<std::uint32_t>> read_mahimahi_text(std::string_view text, const std::string& name) {
  std::vector<std::uint32_t> schedule;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::uint32_t value = 0;
    const std::string where = name + ":" + std::to_string(schedule.size() + 1) + ": ";
    if (const auto wrong = objection(line, schedule.empty() ? 0 : schedule.back(), value); !wrong.empty()) return fail(where + wrong);
    if (schedule.size() == kMostLines) return fail(where + "more than 2^24 opportunities; cut the trace");
    schedule.push_back(value);
  }
  if (schedule.empty()) return fail(name + ": no delivery opportunity; write one millisecond a line");
  if (schedule.back() == 0) return fail(name + ":" + std::to_string(schedule.size()) + ": the last opportunity is at 0, so that the trace has no length; end it later");
  return schedule;
}

Result<std::vector<std::uint32_t>> read_mahimahi(const std::filesystem::path& path) {
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return read_mahimahi_text(*text, path.string());
}

std::vector<std::uint32_t> repeated(const std::vector<std::uint32_t>& schedule, std::uint64_t end_ms) {
  std::vector<std::uint32_t> all;
  for (std::uint64_t offset = 0;; offset += schedule.back())
    for (std::uint32_t ms : schedule) {
      if (offset + ms > end_ms) return all;
      all.push_back(static_cast<std::uint32_t>(offset + ms));
    }
}

}  // namespace assay::evaluators::congestion
