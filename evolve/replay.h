#pragma once
// A recorded campaign once more, without its model: what was said comes from the log, everything else is done again.
//
// Each event must come out bit for bit, and so the head digest. A deterministic provider (`mutate`) runs again itself; of
// any other the recorded answers are given, with what they cost. Where the two logs part, the first event that differs is
// named with the first member of it that does.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "evolve/campaign.h"

namespace assay::evolve {

struct Difference {
  std::uint64_t sequence = 0;
  std::string kind;                        ///< of the recorded event, or of the replayed one where nothing was recorded there
  std::optional<std::uint64_t> candidate;  ///< that it belongs to
  std::string member;                      ///< JSON pointer into the body; "" for all of it
  Json recorded, replayed;                 ///< what stands there; null where there is nothing
  std::string because;                     ///< where that can be told: "the task's files have changed since", ...
};

struct Replayed {
  std::uint64_t events = 0, candidates = 0;  ///< recorded
  bool ended = true;                         ///< false: the recorded campaign was stopped before its end, and the replay ends there
  bool interrupted = false;                  ///< the replay: nothing is known of the rest
  Digest recorded_head;
  std::optional<Digest> replayed_head;       ///< nothing where it did not even begin
  std::string host;                          ///< what of the host or the program is not as it was, where that did not matter; or ""
  std::optional<Difference> difference;      ///< the first

  bool equal() const { return !interrupted && !difference; }
};

/// `out`: a new folder for the replay's archive. `task`: empty, or the task's folder where it has moved. Error: the
/// recording is damaged or holds no campaign, the task is not there, or the harness failed.
/// Starts its jails first: call before other threads exist.
Result<Replayed> replay_campaign(const std::filesystem::path& recorded, const std::filesystem::path& out, const std::filesystem::path& task,
                                 const ProgressSink& progress, std::stop_token stop);

}  // namespace assay::evolve
