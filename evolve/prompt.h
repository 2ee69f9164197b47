#pragma once
// The text that a model is asked with: the problem, the interface, the parents with their scores, what failed lately.
//
// Only training figures enter. Text that a model or a candidate wrote is quoted and capped: it is material, never an
// instruction of ours.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "base/score.h"
#include "evolve/archive.h"
#include "tasks/task.h"
#include "verify/properties/properties.h"

namespace assay::evolve {

struct PromptParent {
  std::uint64_t index = 0;
  std::string code;
  std::vector<Score> train;
  std::optional<CandidateCertificate> certificate;
};

struct PromptFailure {
  std::string code;
  Outcome outcome;
};

std::string make_prompt(const tasks::Task& task, std::span<const PromptParent> parents, std::span<const PromptFailure> failures,
                        const verify::properties::PropertySet& properties = {});

}  // namespace assay::evolve
