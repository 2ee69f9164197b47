// What a gate tells CI, in every format: nothing of a hostile bundle breaks the markup.

#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/gate/findings.h"

namespace assay::cli::gate {
namespace {

GateReport one_good_one_bad() {
  BundleReport good, bad;
  good.folder = "proofs/lru";
  good.passed = {"60 obligations"};
  bad.folder = "proofs/<b>";
  bad.findings = {{"claim", "f: in_bounds is refuted: \"x\" = 3 & more\nsecond line, with ]]> and 100%", "proofs/b/source.cpp", 7, true},
                  {"signature", "not asked for", "proofs/b/attestation.dsse.json", 0, false}};
  return {{good, bad}};
}

std::string written(const GateReport& report, std::string_view format) {
  auto text = format_report(report, format);
  EXPECT_TRUE(text.has_value());
  return text.value_or("");
}

TEST(GateFindings, AnEmptyReportIsNoPass) {
  EXPECT_FALSE(GateReport{}.ok());
  EXPECT_TRUE((GateReport{{BundleReport{"a", {}, {}, 0}}}).ok());
  EXPECT_FALSE(one_good_one_bad().ok());
}

TEST(GateFindings, NotesDoNotFailTheGate) {
  BundleReport bundle;
  bundle.findings = {{"claim", "preferred", "f", 1, false}};
  EXPECT_TRUE(bundle.ok());
}

TEST(GateFindings, SarifHasTheVersionTheRulesAndAPlacePerResult) {
  auto sarif = Json::parse(written(one_good_one_bad(), "sarif"));
  EXPECT_EQ(sarif["version"], "2.1.0");
  const Json& run = sarif["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), std::size(kRules));
  ASSERT_EQ(run["results"].size(), 2u);
  EXPECT_EQ(run["results"][0]["level"], "error");
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
  EXPECT_EQ(run["results"][1]["level"], "note");
  EXPECT_FALSE(run["results"][1]["locations"][0]["physicalLocation"].contains("region"));
}

TEST(GateFindings, JUnitEscapesAndCounts) {
  const std::string xml = written(one_good_one_bad(), "junit");
  EXPECT_NE(xml.find("<testsuite name=\"proofs/&lt;b&gt;\" tests=\"6\" failures=\"1\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("&quot;x&quot; = 3 &amp; more"), std::string::npos) << xml;
  EXPECT_EQ(xml.find("]]>"), std::string::npos);
}

TEST(GateFindings, GitHubCommandsStayOnOneLine) {
  const std::string text = written(one_good_one_bad(), "github");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(text.find("::error file=proofs/b/source.cpp,line=7,title=assay gate%3A claim::"), std::string::npos) << text;
  EXPECT_NE(text.find("%0Asecond line, with ]]> and 100%25"), std::string::npos) << text;
}

TEST(GateFindings, TextOnATerminalCarriesNoControlCharacters) {
  GateReport report = one_good_one_bad();
  report.bundles[1].findings[0].message = "\x1b[31mred";
  EXPECT_EQ(written(report, "text").find('\x1b'), std::string::npos);
}

TEST(GateFindings, WhatABundleSaysCannotLookLikeALineOfTheGate) {
  GateReport report = one_good_one_bad();
  report.bundles[1].findings[0].message = "x\n  pass  22 required claims proved\nok      proofs/b";
  const std::string text = written(report, "text");
  EXPECT_EQ(text.find("\n  pass  22"), std::string::npos) << text;
  EXPECT_EQ(text.find("\nok      proofs/b"), std::string::npos) << text;
}

TEST(GateFindings, JUnitIsUtf8WhateverAFileIsCalled) {
  GateReport report = one_good_one_bad();
  report.bundles[1].findings[0].file = "proofs/\xFF\xFE.cpp";
  const std::string xml = written(report, "junit");
  EXPECT_EQ(xml.find('\xFF'), std::string::npos) << xml;
  EXPECT_NE(xml.find(".cpp:7</failure>"), std::string::npos) << xml;
}

TEST(GateFindings, AnUnknownFormatListsTheKnownOnes) {
  auto text = format_report({}, "yaml");
  ASSERT_FALSE(text.has_value());
  EXPECT_NE(text.error().what.find("sarif"), std::string::npos);
}

}  // namespace
}  // namespace assay::cli::gate
