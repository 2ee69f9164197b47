#include "evolve/traits.h"

namespace assay::evolve {
namespace {

Result<double> mean_of(const std::string& metric, const CandidateRecord& record) {
  double sum = 0;
  for (const Score& score : record.train) {
    auto found = score.metrics.find(metric);
    if (found == score.metrics.end())
      return fail("candidate " + std::to_string(record.index) + " has no \"" + metric + "\" on " + score.instance + "; the archive is from another version of this program");
    sum += found->second;
  }
  return sum / static_cast<double>(record.train.size());
}

/// The domain's, but for the task's own.
std::vector<std::string> further_objectives(const Problem& problem) {
  std::vector<std::string> further;
  for (std::string_view objective : problem.domain.objectives())
    if (objective != problem.task.objective) further.emplace_back(objective);
  return further;
}

}  // namespace

Result<Traits> traits_of(const CandidateRecord& record, const Problem& problem) {
  Traits traits;
  if (!record.parents.empty()) traits.parent = record.parents[0];
  traits.strategy = record.strategy;
  if (!record.fitness || record.train.empty()) return traits;
  for (const Score& score : record.train) traits.losses.push_back(problem.task.loss(score.objective));
  auto put = [&](const std::string& metric, std::vector<double>& into) -> Result<void> {
    auto mean = mean_of(metric, record);
    if (!mean) return std::unexpected(mean.error());
    into.push_back(*mean);
    return {};
  };
  for (const std::string& objective : further_objectives(problem))
    if (auto done = put(objective, traits.objectives); !done) return std::unexpected(done.error());
  for (const evaluators::Descriptor& descriptor : problem.domain.descriptors())
    if (auto done = put(std::string(descriptor.metric), traits.descriptors); !done) return std::unexpected(done.error());
  return traits;
}

Json measures_of(const Problem& problem) {
  Json measures{{"objectives", further_objectives(problem)}, {"descriptors", Json::array()}};
  for (const evaluators::Descriptor& d : problem.domain.descriptors())
    measures["descriptors"].push_back({{"metric", d.metric}, {"low", d.low}, {"high", d.high}, {"by_ratio", d.by_ratio}});
  return measures;
}

}  // namespace assay::evolve
