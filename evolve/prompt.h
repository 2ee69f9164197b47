#pragma once
// The text that a model is asked with: the problem, the interface, the parents with their scores, what failed lately. The words
// are those of the templates (evolve/templates.h); what is put into them is made here.
//
// Only training figures enter. Text that a model or a candidate wrote is quoted and capped: it is material, never an
// instruction of ours.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "base/score.h"
#include "evolve/archive.h"
#include "evolve/templates.h"
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
  std::string said = "";  ///< what is wrong, where the outcome does not say it
};

/// What people use today, on the training instances.
struct PromptBaseline {
  std::string name;
  std::vector<Score> train;
};

/// With two parents or more it asks for a combination of them. Beside each figure stands the best that a baseline reaches there.
std::string make_prompt(const Templates& templates, const tasks::Task& task, std::span<const PromptParent> parents,
                        std::span<const PromptFailure> failures, const verify::properties::PropertySet& properties = {},
                        std::span<const PromptBaseline> baselines = {});

/// Asks to mend a candidate: its own text, what it ended with, and its lines that are complained about. `base`: the text that
/// its edits were to change, where they did not apply; else empty.
std::string make_repair_prompt(const Templates& templates, const tasks::Task& task, const PromptFailure& failure, const std::string& base);

/// Prompts from what an archive holds. Records never change, so what was read once is kept for the next prompt.
class Prompts {
 public:
  Prompts(const Archive& archive, const Templates& templates, const tasks::Task& task, const verify::properties::PropertySet& properties)
      : archive_(archive), templates_(templates), task_(task), properties_(properties) {}

  /// Parents by index, and the latest failures, of which the first two are told.
  Result<std::string> with(std::span<const std::uint64_t> parents, std::span<const std::uint64_t> failed);

 private:
  Result<void> read_baselines();
  Result<PromptParent> parent(std::uint64_t index);
  Result<PromptFailure> failure(std::uint64_t index);

  const Archive& archive_;
  const Templates& templates_;
  const tasks::Task& task_;
  const verify::properties::PropertySet& properties_;
  std::map<std::uint64_t, PromptParent> parents_;
  std::map<std::uint64_t, PromptFailure> failures_;
  std::map<std::uint64_t, std::optional<PromptBaseline>> baselines_;  ///< by candidate; empty: it was not scored
};

}  // namespace assay::evolve
