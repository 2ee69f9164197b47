#pragma once
// Campaigns in processes of their own. One starts its jails by fork, which is safe only before there are threads, and a test program
// has some as soon as it ran one campaign: so each runs in a child that is new. Tests see how the child ended and read its archive.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>

#include "evolve/replay.h"
#include "tests/evolve/task_folder.h"

namespace assay::evolve {

/// Of the child: what ended its campaign.
constexpr int kSpent = 0, kFailed = 2, kInterrupted = 3;

/// How the child ended, and what its campaign's Error says where there is one.
struct Ending {
  int status = 0;
  std::string error;

  bool exited(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
  bool ok() const { return exited(kSpent); }
  bool failed() const { return exited(kFailed); }
  bool interrupted() const { return exited(kInterrupted); }
  bool killed() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
};

using CampaignBody = std::function<Result<CampaignSummary>()>;

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// `scratch`: a folder for the Error's words. One child at a time.
inline pid_t start_in_process(const std::filesystem::path& scratch, const CampaignBody& body) {
  std::filesystem::remove(scratch / "error");
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const auto summary = body();
  if (!summary) std::ofstream(scratch / "error") << summary.error().what;
  ::_exit(!summary ? kFailed : summary->reason == StopReason::budget ? kSpent : kInterrupted);
}
/// `meanwhile`, where it is given, is called again and again until then, and once more.
inline Ending end_of(pid_t pid, const std::filesystem::path& scratch, const std::function<void()>& meanwhile = {}) {
  Ending ending;
  while (::waitpid(pid, &ending.status, meanwhile ? WNOHANG : 0) == 0) {
    meanwhile();
    ::usleep(10'000);
  }
  if (meanwhile) meanwhile();
  ending.error = content_of(scratch / "error");
  return ending;
}
inline Ending in_process(const std::filesystem::path& scratch, const CampaignBody& body) { return end_of(start_in_process(scratch, body), scratch); }

inline void expect_success(const Ending& ending) { ASSERT_TRUE(ending.ok()) << "status " << ending.status << ": " << ending.error; }

// Bodies -------------------------------------------------------------------------------------------------------------

/// Begins a campaign of the task in that folder, or goes on with it where it was begun.
inline Result<CampaignSummary> begin_or_resume(const std::filesystem::path& task, const CampaignOptions& options, const ProgressSink& progress = {},
                                               std::stop_token stop = {}) {
  if (std::filesystem::exists(options.out / "archive.sqlite")) return resume_campaign(options.out, {}, progress, stop);
  auto loaded = tasks::load_task(task);
  if (!loaded) return std::unexpected(loaded.error());
  return run_campaign(*loaded, options, progress, stop);
}

/// The same, stopped in order once there are so many candidates; some more may be there then.
inline Result<CampaignSummary> begin_or_resume_until(std::uint64_t candidates, const std::filesystem::path& task, const CampaignOptions& options) {
  std::stop_source source;
  auto watch = [&](const Progress& progress) {
    if (progress.candidates >= candidates) source.request_stop();
  };
  return begin_or_resume(task, options, watch, source.get_token());
}

/// An Error that names the first difference, where the log does not come out bit for bit.
inline Result<CampaignSummary> replay_exactly(const std::filesystem::path& recorded, const std::filesystem::path& out) {
  auto replayed = replay_campaign(recorded, out, {}, {}, {});
  if (!replayed) return std::unexpected(replayed.error());
  if (replayed->equal() && replayed->ended) return CampaignSummary{};
  if (!replayed->difference) return fail("the replay or what was recorded did not come to its end");
  const Difference& at = *replayed->difference;
  return fail("event " + std::to_string(at.sequence) + " differs: " + at.member + " " + at.recorded.dump() + " " + at.replayed.dump());
}

}  // namespace assay::evolve
