#pragma once
// An instance of the gpu domain: shapes, where their figures come from, and what counts as 1.

#include <memory>

#include "evaluators/domain.h"
#include "evaluators/gpu/figures.h"
#include "evaluators/gpu/scorer.h"

namespace assay::evaluators::gpu {

inline constexpr std::string_view kObjectives[] = {"speedup", "geometric_mean", "worst_ratio"};

struct Making {
  std::string name;
  std::string objective;
  tasks::Limits limits;
  Workload workload;
  Device device;  ///< that policies are told of
  std::shared_ptr<const Figures> figures;  ///< null: decisions are checked, and the score is 0
  std::string base;
};
/// Error: no memory for the image, or a source that lacks a figure of the base.
Result<std::unique_ptr<Instance>> make_instance(Making making);

}  // namespace assay::evaluators::gpu
