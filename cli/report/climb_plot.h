#pragma once
// Climbing towards a proof, drawn: the best so far beside the best certified one, of one campaign or of several.

#include <optional>
#include <string>
#include <vector>

#include "cli/report/data.h"

namespace assay::cli {

/// The best so far and the best so far of which every required claim is proved, by the search's own certificates. "" where the
/// search recorded no certificate.
std::string climb_plot(const ReportData& data);

/// How many were graded and how many of them are certified; "" where `climb_plot` is.
std::string climb_caption(const ReportData& data);

/// One way to run a campaign, on several seeds.
struct Way {
  std::string name;
  std::string style;  ///< of its line: "best" or "certified"
  std::vector<std::vector<std::optional<double>>> runs;  ///< per seed: the value once 1, 2, 3, ... candidates are there
};
struct Level {
  std::string name;
  double value = 0;
};

/// The mean over seeds as a line, where every seed has a value, and least to largest as a band, over those that have one.
std::string climb_comparison(const std::string& objective, const std::vector<Way>& ways, const Level& reference);

struct Figure {
  std::string caption;
  std::string svg;  ///< of `climb_comparison`
};
/// A page of such figures that needs nothing beside it.
std::string climb_page(const std::string& heading, const std::vector<Figure>& figures);

}  // namespace assay::cli
