#pragma once
// A campaign: propose, screen, compile, run, score, select, promote, certify; on oneTBB, every step in the archive.
//
// Same seed, same task, a deterministic provider: same archive (head digest), whatever the number of threads and however
// often it was killed and resumed. Candidate n sees exactly the seeds and the commits up to n - window (docs/search.md).
//
// Bodies of the events that reports read (a Score is its JSON form; a split's scores are in task order):
//   campaign  {"format", "task", "domain", "objective", "direction": "minimise"|"maximise", "contract", "seed", "provider",
//              "provider_settings", "search", "toolchain", "baselines": how many, "train": {name: digest},
//              "validation": {name: digest}, "missing_layers": []}, "provenance" where its figures come from outside, and "prompts": digest where the provider reads prompts; the budget is a note, as a resume may raise it
//   baseline  {"name", "kind": "native"|"policy", "train": [Score], "validation": [Score], "holdout": [Score]}; "failed":
//              why scores are missing
//   result    {"champion": number|null, "instances": [{"name", "split", "digest", "provenance"}], "proposals": {provider: {outcome: count}}};
//              where there is a contender {"candidate", "train", "validation", "holdout": [Score], "certificate_verdict",
//              "binary"}, with "certificate" and "holdout_outcome" where there are such. The champion, or without one
//              the best on validation. "ruinous": [{"candidate", "instance"}], what is proved and better on average, yet on
//              that validation instance worse than every baseline, and so no champion
//   proof     {"candidate", "verdict", "score", "why"}: of a proof in the loop, in the transaction of the commit from which on it
//              counts; "why", where it is not proved: the first claim that is not
//   rollback  {"candidate", "descendants"}: what is not proved, and who leaves the population with it (evolve/lineage.h)
//   stop      {"reason": "budget", "candidates": how many}; one by the user leaves no event

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "evolve/archive.h"
#include "evolve/provider.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"

namespace assay::evolve {

struct Budget {
  std::optional<std::uint64_t> candidates;
  std::optional<double> seconds;
  std::optional<double> usd;
};
/// "candidates=400,seconds=60,usd=1.5"
Result<Budget> parse_budget(const std::string& text);

struct CampaignOptions {
  std::filesystem::path out;
  std::string provider = "mutate";  ///< a name of evolve/providers; the Error lists the known ones
  Json provider_settings = Json::object();  ///< endpoint, model, key variable, prices, command
  Budget budget;
  std::uint64_t seed = 1;
  unsigned threads = 0;  ///< 0: one per core
  sandbox::JailOptions jail;
  std::function<Result<std::unique_ptr<Provider>>(const std::string& name, const Json& settings)> make;  ///< none: make_provider
};

/// What a progress display needs; sent at most every 100 ms and at the end.
struct Progress {
  std::uint64_t candidates = 0;
  std::optional<std::uint64_t> candidates_budget;
  std::chrono::nanoseconds elapsed{};
  std::optional<std::chrono::nanoseconds> time_left;
  std::optional<std::uint64_t> best_candidate;
  std::optional<double> best_objective;  ///< mean train objective, in the task's own direction
  std::map<std::string, std::uint64_t> outcomes;
  std::map<std::string, double> stage_share;  ///< of all stage time
  double usd = 0;
  std::string doing;  ///< at the end, after the last candidate: "proving candidate 36, 1 of at most 5"
};

enum class StopReason : std::uint8_t { budget, interrupted };

struct CampaignSummary {
  StopReason reason = StopReason::budget;
  std::uint64_t candidates = 0;
  std::optional<std::uint64_t> champion;  ///< best on validation among certified ones
  std::string certificate_verdict;
  Digest head;
};

using ProgressSink = std::function<void(const Progress&)>;

/// Starts its jails first: call before other threads exist. `stop` requests an orderly end (everything kept).
Result<CampaignSummary> run_campaign(const tasks::Task& task, const CampaignOptions& options, const ProgressSink& progress,
                                     std::stop_token stop);
/// Goes on where the archive ends, with the options stored in it (budget may be raised).
Result<CampaignSummary> resume_campaign(const std::filesystem::path& out, std::optional<Budget> budget,
                                        const ProgressSink& progress, std::stop_token stop);

/// What a replay changes of a recorded campaign's course (evolve/replay.h).
struct Rerun {
  struct Leg {
    std::uint64_t candidates = 0;  ///< in all, at its end
    bool finishes = true;          ///< false: it was interrupted there
  };
  std::filesystem::path recorded, out;
  std::filesystem::path task;  ///< empty: where the recorded campaign had it
  std::function<Result<std::unique_ptr<Provider>>(const std::string& name, const Json& settings)> provider;
  std::vector<Leg> legs;       ///< at least one; from each but the last it was resumed
  /// Is told what the campaign's first event would be now, before anything is written; false: it ends there. The event
  /// that is written is the recorded one.
  std::function<bool(const Json& event)> begins;
};

/// Into a new archive. Nothing where `begins` said no.
Result<std::optional<CampaignSummary>> rerun_campaign(const Rerun& rerun, const ProgressSink& progress, std::stop_token stop);

}  // namespace assay::evolve
