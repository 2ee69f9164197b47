// The curves of a campaign that was told of certificates, and of several.

#include "cli/report/climb_plot.h"

#include <gtest/gtest.h>

#include "cli/report/html.h"

namespace assay::cli {
namespace {

const std::string kHostile = "</svg><script>alert(1)</script>\"'";

ReportData campaign() {
  ReportData data;
  data.task = data.objective = kHostile;
  data.points = {{0, 0.5, 1.0, true, true}, {1, 0.4, 0.9, false, false}, {3, 0.45, 0.9, true, false}, {4, 0.6, {}, false, false}};
  return data;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(ClimbPlot, HasALineForTheBestAndOneForTheBestCertified) {
  const std::string plot = climb_plot(campaign());
  EXPECT_EQ(count(plot, "<path class=\"best\""), 1u);
  EXPECT_EQ(count(plot, "<path class=\"certified\""), 1u);
  EXPECT_NE(plot.find("best 0.4000"), std::string::npos) << plot;
  EXPECT_NE(plot.find("certified 0.4500"), std::string::npos) << "what is cheaper and proved in part does not count";
  const std::string caption = climb_caption(campaign());
  EXPECT_NE(caption.find("Of 4 scored candidates 3 were graded; of these, all required claims are proved of 2, preferred ones too of 1."),
            std::string::npos)
      << caption;
}

TEST(ClimbPlot, IsInThePageOnlyWhereTheSearchWasToldOfCertificates) {
  ReportData data = campaign();
  EXPECT_NE(report_html(data).find("class=\"certified\""), std::string::npos);
  for (auto& point : data.points) point.proof_score.reset();
  EXPECT_EQ(climb_plot(data), "");
  EXPECT_EQ(climb_caption(data), "");
  EXPECT_EQ(report_html(data).find("best certified so far"), std::string::npos);
  data.points.clear();
  EXPECT_EQ(climb_plot(data), "");
}

TEST(ClimbPlot, SaysSoWhereNothingIsCertified) {
  ReportData data = campaign();
  for (auto& point : data.points) point.required_proved = point.fully_certified = false;
  const std::string plot = climb_plot(data);
  EXPECT_NE(plot.find("certified: none"), std::string::npos);
  EXPECT_EQ(plot.find("class=\"certified\""), std::string::npos);
}

TEST(ClimbPlot, ALargerObjectiveMayBeTheBetterOne) {
  ReportData data = campaign();
  data.minimise = false;
  EXPECT_NE(climb_plot(data).find("best 0.6000"), std::string::npos);
  EXPECT_NE(climb_plot(data).find("certified 0.5000"), std::string::npos);
}

TEST(ClimbPlot, ShowsHostileWordsAsText) {
  EXPECT_EQ(climb_plot(campaign()).find("<script"), std::string::npos);
  const Way way{kHostile, "best", {{0.5, 0.4}}};
  const std::string page = climb_page(kHostile, {{kHostile, climb_comparison(kHostile, {way}, {kHostile, 0.45})}});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  for (const char* word : {"http://", "https://", "src=", "url(", "@import", "<link"}) EXPECT_EQ(page.find(word), std::string::npos) << word;
}

TEST(ClimbComparison, DrawsAMeanWhereEverySeedHasAValueAndABandWhereOneHas) {
  const Way with{"with", "best", {{{}, 0.5, 0.4}, {0.6, 0.3, 0.2}}}, at_end{"at end", "certified", {{{}, {}, {}}, {0.7, 0.7, {}}}};
  const std::string figure = climb_comparison("miss_ratio", {with, at_end}, {"best baseline", 0.5});
  EXPECT_NE(figure.find("with 0.3000"), std::string::npos) << figure;
  EXPECT_NE(figure.find("at end: none"), std::string::npos) << figure;
  EXPECT_EQ(count(figure, "class=\"band-best\""), 3u);
  EXPECT_EQ(count(figure, "class=\"band-certified\""), 1u) << "two equal ones in a row are one";
  EXPECT_EQ(figure.find("<path class=\"certified\""), std::string::npos);
  EXPECT_NE(climb_comparison("x", {{"with", "best", {{{}}}}}, {"", 0}).find("No campaign"), std::string::npos);
}

}  // namespace
}  // namespace assay::cli
