#include "cli/report/diff.h"

#include <algorithm>
#include <cstdint>

namespace assay::cli {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// common[i * (m + 1) + j]: length of the longest common subsequence of before[i..] and after[j..].
std::vector<std::uint32_t> common_lengths(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::size_t width = after.size() + 1;
  std::vector<std::uint32_t> common((before.size() + 1) * width);
  for (std::size_t i = before.size(); i-- > 0;)
    for (std::size_t j = after.size(); j-- > 0;)
      common[i * width + j] = before[i] == after[j]
                                  ? common[(i + 1) * width + j + 1] + 1
                                  : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
  return common;
}

}  // namespace

std::vector<DiffLine> diff_lines(std::string_view before_text, std::string_view after_text) {
  auto before = lines_of(before_text), after = lines_of(after_text);
  std::vector<DiffLine> diff;
  std::size_t i = 0, j = 0;
  if (before.size() <= kDiffLines && after.size() <= kDiffLines) {
    auto common = common_lengths(before, after);
    std::size_t width = after.size() + 1;
    while (i < before.size() && j < after.size()) {
      if (before[i] == after[j]) {
        diff.push_back({' ', before[i++]});
        ++j;
      } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
        diff.push_back({'-', before[i++]});
      } else {
        diff.push_back({'+', after[j++]});
      }
    }
  }
  while (i < before.size()) diff.push_back({'-', before[i++]});
  while (j < after.size()) diff.push_back({'+', after[j++]});
  return diff;
}

}  // namespace assay::cli
