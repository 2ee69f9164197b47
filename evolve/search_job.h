#pragma once
// One candidate on its way through the pipeline. Internal to search.

#include "evolve/search.h"

#include "evolve/repair.h"

namespace assay::evolve {

/// An answer that failed and was asked for again.
struct Search::Earlier {
  Completion completion;
  std::string failed;  ///< Complaint::kind
  Digest prompt;
};

/// One candidate on its way through the pipeline.
struct Search::Job {
  std::uint64_t index = 0;
  bool is_seed = false;
  Choice choice;
  std::optional<Tuning> tuning;       ///< nobody is asked for it
  Proposal proposal;
  Background background;
  Completion completion;              ///< the latest
  Examined examined;
  /// What scored and was asked for again all the same: it counts until a better one scores (repair.h).
  struct Fallback {
    std::string text, kind;
    Examined examined;
  };
  std::optional<Fallback> fallback;
  bool earlier_counts() const { return fallback && keeps_earlier(fallback->examined, fallback->kind, examined); }
  std::optional<std::string> shown;   ///< set: the text that counts is not the latest answer's
  const std::string& text() const { return shown ? *shown : completion.text; }
  std::vector<Earlier> earlier;       ///< those before it, each of which was to be repaired
  std::string base;                   ///< what the next edits change: the latest text that is a policy; empty: the first parent
  Json kept = Json();                 ///< of every answer so far, as `pending` has it
  std::uint64_t propose_ns = 0, provider_ns = 0;
  std::optional<StopReason> stops;  ///< set: it has no result, and neither has any after it
  std::optional<Error> error;
};

}  // namespace assay::evolve
