#pragma once
// Campaigns of one task side by side: grouped by what they differ in, each group over its seeds, at equal budget or not at all.
//
// A group's interval is Student's t over its seeds, two-sided at 95 %. Not a bootstrap: from three or five seeds it can draw nothing
// beyond the smallest and the largest, and so says too little. It is about the luck of the search, not about other traces.
//
// The unit of budgets is the evaluation: a text that was tried, repairs among them, baselines not. Those with a model must have had
// equally many answers, too: best of N is as good as its N.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/report/data.h"

namespace assay::cli {

struct Measured {
  std::string folder;
  ReportData data;
};

/// The half width of the interval of the mean; none of a single value.
struct Spread {
  double mean = 0;
  std::optional<double> half;
  std::size_t values = 0;
};
/// "5 seeds", or "one seed: no interval".
std::string spread_words(const Spread& spread);
Spread spread_of(const std::vector<double>& values);

/// What a group's campaigns took, all together.
struct Cost {
  std::uint64_t evaluations = 0, completions = 0, tokens_in = 0, tokens_out = 0;
  double usd = 0;
  std::map<std::string, std::uint64_t> stage_ns;
};

struct Contestant {
  std::string name;                    ///< provider, strategy and the settings in which it differs
  std::vector<std::string> folders;
  std::vector<std::uint64_t> seeds;
  Spread holdout;                      ///< of the mean objective of what each campaign shows
  std::size_t certified = 0;           ///< of the seeds: a champion, and not the best on validation
  std::optional<WorstSlice> worst;     ///< over all seeds
  std::size_t lost_slices = 0, slices = 0;  ///< seeds x holdout instances; lost: worse than the best baseline there
  Cost cost;
  Tries tries;
};

struct Comparison {
  std::string task, objective;
  bool minimise = true;
  std::string best_baseline;           ///< on holdout
  std::optional<double> best_baseline_mean;
  std::vector<Contestant> contestants; ///< best first
  std::vector<std::string> unequal;    ///< why the budgets are not equal, or a campaign is left out; empty: they are
};

/// The Error: not of one task (which member differs), or the same campaign twice.
Result<Comparison> compare(const std::vector<Measured>& campaigns);

/// `folder` and, where there are such, the campaigns in `folder`/equal, by name.
Result<std::vector<Measured>> measure(const std::filesystem::path& folder);

std::string comparison_text(const Comparison& comparison);
/// Sections of a page, without its head; and a page of its own.
std::string comparison_html(const Comparison& comparison);
std::string comparison_page(const Comparison& comparison);
Json to_json(const Comparison& comparison);

}  // namespace assay::cli
