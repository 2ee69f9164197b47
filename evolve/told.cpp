#include "evolve/told.h"

#include <algorithm>

#include "evolve/prompt.h"
#include "evolve/settings.h"

namespace assay::evolve {
namespace {

struct Course {
  std::uint64_t baselines = 0;
  SearchSettings settings;
};

Result<Course> course_of(const Archive& archive) {
  Json event;
  auto walked = archive.for_each("campaign", [&](const Event& each) -> Result<void> {
    event = each.body;
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  auto baselines = member<std::uint64_t>(event, "baselines", "campaign");
  auto search = member<Json>(event, "search", "campaign");
  if (!baselines) return std::unexpected(baselines.error());
  if (!search) return std::unexpected(search.error());
  auto settings = read_search(*search, "campaign: search");
  if (!settings) return std::unexpected(settings.error());
  return Course{*baselines, *settings};
}

/// Latest first, of the first `visible` candidates.
Result<std::vector<std::uint64_t>> failures_of(const Archive& archive, std::uint64_t visible) {
  std::vector<std::uint64_t> failed;
  auto walked = archive.for_each_summary([&](const CandidateSummary& summary) {
    if (summary.index < visible && teaches(summary.outcome)) failed.push_back(summary.index);
  });
  if (!walked) return std::unexpected(walked.error());
  std::ranges::reverse(failed);
  return failed;
}

}  // namespace

Result<Told> told(const Archive& archive, const Problem& problem, std::uint64_t index) {
  auto course = course_of(archive);
  if (!course) return std::unexpected(course.error());
  auto record = archive.candidate(index);
  auto count = archive.candidate_count();
  if (!record) return std::unexpected(record.error());
  if (!count) return std::unexpected(count.error());
  if (!*record || index < course->baselines)
    return fail("candidate " + std::to_string(index) + " has no prompt: the campaign has prompts for candidates " + std::to_string(course->baselines) + " to " +
                std::to_string(*count) + " (the last one excluded); those before are baselines");
  auto failed = failures_of(archive, visible_to(index, course->settings, course->baselines));
  if (!failed) return std::unexpected(failed.error());
  if ((*record)->tuning)
    return fail("candidate " + std::to_string(index) + " has no prompt: it is a tuning of candidate " + std::to_string((*record)->tuning->of));
  Templates templates = problem.templates;
  if (course->settings.tune) templates.tell_of_marks();
  auto prompt = Prompts(archive, templates, problem.task, problem.properties).with((*record)->parents, *failed);
  if (!prompt) return std::unexpected(prompt.error());
  Told told{std::move(*prompt), std::nullopt};
  const std::string digest = sha256(told.prompt).hex();
  auto walked = archive.for_each("completion", [&](const Event& event) -> Result<void> {
    auto candidate = member<std::uint64_t>(event.body, "candidate", "completion");
    auto asked = member<std::string>(event.body, "prompt", "completion");
    if (candidate && asked && *candidate == index) told.as_recorded = told.as_recorded.value_or(false) || *asked == digest;
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  return told;
}

}  // namespace assay::evolve
