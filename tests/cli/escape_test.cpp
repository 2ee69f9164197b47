#include "cli/report/escape.h"

#include <gtest/gtest.h>

namespace assay::cli {
namespace {

TEST(EscapeHtml, MarkupBecomesText) { EXPECT_EQ(escape_html("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;"); }

TEST(EscapeHtml, LettersOfEveryLanguageStay) { EXPECT_EQ(escape_html("Grüße, 世界 🙂"), "Grüße, 世界 🙂"); }

TEST(EscapeHtml, WhatNobodyCouldSeeIsSpelledOut) {
  EXPECT_EQ(escape_html("a\u202Eb\u200Bc\u2066"), "a[U+202E]b[U+200B]c[U+2066]");
  EXPECT_EQ(escape_html(std::string("\0\x1b[2K\r", 6)), "[U+0000][U+001B][2K[U+000D]");
  EXPECT_EQ(escape_html("line\n\tnext"), "line\n\tnext");
}

TEST(EscapeHtml, BytesThatAreNoUtf8AreReplacedOneByOne) {
  EXPECT_EQ(escape_html("\xC0\xBC"), "\uFFFD\uFFFD") << "an overlong '<'";
  EXPECT_EQ(escape_html("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(escape_html("\xF5\x80\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "past the last code point";
  EXPECT_EQ(escape_html("a\xE2\x80"), "a\uFFFD\uFFFD") << "cut off";
  EXPECT_EQ(escape_html("\xE2<"), "\uFFFD&lt;") << "a lead byte must not swallow markup";
}

}  // namespace
}  // namespace assay::cli
