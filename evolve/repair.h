#pragma once
// What of an examined candidate is asked for again, in which words, and which of its answers counts in the end.

#include <optional>
#include <string>

#include "evolve/examine.h"
#include "evolve/settings.h"

namespace assay::evolve {

/// An outcome's name ("refused"), or for what scored "refuted" or "worst_instance": as CandidateRecord::repairs has it.
struct Complaint {
  std::string kind;
  std::string said;  ///< for the prompt; "" where the outcome and its diagnostics say all. Quotes only training figures
};

/// One instance's loss is far above the parent's there.
bool is_far_worse(double loss, double parent);

/// The first of failure, refutation and worst instance that is wanted and holds. `parent`: the losses on train of the first parent.
std::optional<Complaint> complaint_about(const Examined& examined, const RepairOn& on, const tasks::Task& task, const std::vector<double>& parent);

/// Whether a repair lost what it was to mend: an answer that scored counts until another one scores that is better, or
/// that is refuted no more, where it was asked for again for that.
bool keeps_earlier(const Examined& earlier, const std::string& kind, const Examined& later);

}  // namespace assay::evolve
