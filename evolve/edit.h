#pragma once
// From a model's answer to a candidate: the whole policy, or edits of the first parent's text as the prompt showed it.
//
// An edit is a block of whole lines:
//
//   <<<<<<< SEARCH
//   lines of the parent
//   =======
//   what stands there instead; may be nothing
//   >>>>>>> REPLACE
//
// SEARCH must be found exactly once. Line ends and trailing blanks do not count; everything else does: a guess at what was
// meant would be a policy that nobody wrote. All blocks are looked up in the parent's text, so their order does not matter.
// They are applied to the policy's text and to nothing else: no path, no line of the prompt is in reach.

#include <string>
#include <string_view>

#include "base/outcome.h"
#include "evolve/provider.h"

namespace assay::evolve {

struct Proposed {
  std::string text;       ///< the candidate
  std::string operation;  ///< "rewrite" or "diff (2 blocks)"
};

/// What the answer proposes. Ends as `no_completion` where there is no code in it, as `edit_failed` where its blocks are
/// malformed, do not apply, overlap, change nothing or stand beside a whole policy: the detail names the block, why, and the
/// nearest line of `parent`.
Attempt<Proposed> read_answer(std::string_view answer, std::string_view parent);

/// Fills `completion` from a model's answer to `proposal`: text, raw, operation (with more than one parent: "crossover ..."),
/// outcome. Where an edit failed, the text is what the answer wanted, for the log and for the next prompt.
void take_answer(Completion& completion, const Proposal& proposal, std::string answer);

}  // namespace assay::evolve
