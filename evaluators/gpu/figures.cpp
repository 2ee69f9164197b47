#include "evaluators/gpu/figures.h"

namespace assay::evaluators::gpu {

Result<std::optional<Figure>> best_of(const Figures& figures, const Subject& subject) {
  const std::vector<Action> actions = figures.known(subject);
  auto times = figures.times(subject, actions);
  if (!times) return std::unexpected(times.error());
  std::optional<Figure> best;
  for (const auto& figure : *times)
    if (figure && (!best || figure->us < best->us)) best = *figure;
  return best;
}

}  // namespace assay::evaluators::gpu
