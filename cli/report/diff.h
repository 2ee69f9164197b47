#pragma once
// What changed between two texts, line by line.

#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

struct DiffLine {
  char mark = ' ';  ///< ' ' in both, '-' only in the old text, '+' only in the new one
  std::string text;
};

/// A shortest edit script (longest common subsequence of lines). Cost: lines x lines; texts beyond `kDiffLines` lines are
/// given as all old, then all new.
inline constexpr std::size_t kDiffLines = 2000;
std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after);

}  // namespace assay::cli
