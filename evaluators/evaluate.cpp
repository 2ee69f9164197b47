#include "evaluators/domain.h"

namespace assay::evaluators {

Result<Evaluation> evaluate(sandbox::RunJail& jail, const Binary& binary, const Instance& instance,
                            std::optional<double> abandon_above) {
  auto report = jail.run(instance.request(binary, abandon_above));
  if (!report) return std::unexpected(report.error());
  Evaluation evaluation{.outcome = std::move(report->outcome), .score = std::nullopt, .run_wall = report->wall};
  if (evaluation.outcome.kind != OutcomeKind::ok) return evaluation;
  const auto start = std::chrono::steady_clock::now();
  auto score = instance.score(report->output);
  evaluation.replay_wall = std::chrono::steady_clock::now() - start;
  if (score) evaluation.score = std::move(*score);
  else evaluation.outcome = std::move(score.error());
  return evaluation;
}

}  // namespace assay::evaluators
