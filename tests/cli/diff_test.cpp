#include "cli/report/diff.h"

#include <gtest/gtest.h>

#include <string>

namespace assay::cli {
namespace {

std::string shown(std::string_view before, std::string_view after) {
  std::string out;
  for (const auto& line : diff_lines(before, after)) out += line.mark + line.text + "\n";
  return out;
}

TEST(DiffLines, EqualTextsHaveNoMarks) { EXPECT_EQ(shown("a\nb\n", "a\nb\n"), " a\n b\n"); }

TEST(DiffLines, AChangedLineIsRemovedAndAdded) { EXPECT_EQ(shown("a\nb\nc\n", "a\nx\nc\n"), " a\n-b\n+x\n c\n"); }

TEST(DiffLines, AnEmptySideIsAllAddedOrAllRemoved) {
  EXPECT_EQ(shown("", "a\nb"), "+a\n+b\n");
  EXPECT_EQ(shown("a\nb", ""), "-a\n-b\n");
  EXPECT_EQ(shown("", ""), "");
}

TEST(DiffLines, BothSidesCanBeReadOffTheScript) {
  std::string before = "a\nb\nc\nd\ne\nf\n", after = "b\nx\nd\nf\ng\na\n", old_side, new_side;
  for (const auto& line : diff_lines(before, after)) {
    if (line.mark != '+') old_side += line.text + "\n";
    if (line.mark != '-') new_side += line.text + "\n";
  }
  EXPECT_EQ(old_side, before);
  EXPECT_EQ(new_side, after);
}

}  // namespace
}  // namespace assay::cli
