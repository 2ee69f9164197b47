#pragma once
// What a campaign has to beat at equal budget: campaigns in OUT/equal/NAME with its seed and as many evaluations.
//
//   mutate           the same search with `mutate` in the model's place
//   best_of_n        best of N without a model: every candidate is one change of a baseline
//   best_of_n_model  best of N with the campaign's own provider, which is paid once more

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "evolve/campaign.h"
#include "tasks/task.h"

namespace assay::cli {

struct EqualRun {
  std::string name;
  tasks::Task task;  ///< with its own `search`
  evolve::CampaignOptions options;
  bool begun = false;  ///< an archive is there: to be resumed
};

struct EqualWanted {
  bool baselines = false;  ///< mutate and best_of_n
  bool model = false;      ///< best_of_n_model
  bool any() const { return baselines || model; }
};

/// `wanted`, and what has its folder in `folder`/equal.
EqualWanted wanted_in(const std::filesystem::path& folder, EqualWanted wanted);
/// Makes those folders, so that a resume knows.
Result<void> remember(const std::filesystem::path& folder, const EqualWanted& wanted);

/// Of the campaign in `folder`, which has ended. One that would be the campaign itself is left out.
Result<std::vector<EqualRun>> equal_runs(const std::filesystem::path& folder, const EqualWanted& wanted);

/// Starts it or goes on with it.
Result<evolve::CampaignSummary> conduct(const EqualRun& run, const evolve::ProgressSink& progress, std::stop_token stop);

}  // namespace assay::cli
