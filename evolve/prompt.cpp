#include "evolve/prompt.h"

#include <algorithm>
#include <cstdio>

namespace assay::evolve {
namespace {

constexpr std::size_t kCodeLimit = 12000;
constexpr std::size_t kFailedCodeLimit = 4000;
constexpr std::size_t kDetailLimit = 600;
constexpr std::size_t kDiagnostics = 8;
constexpr std::size_t kLineLimit = 200;
constexpr std::size_t kFailures = 2;

/// In a fence that the text cannot close, cut to `limit`.
std::string quoted(std::string text, std::size_t limit, const std::string& language = "cpp") {
  if (text.size() > limit) text = text.substr(0, limit) + "\n// ... (cut)";
  std::string fence = "```";
  while (text.find(fence) != text.npos) fence += "`";
  if (!text.ends_with('\n')) text += '\n';
  return fence + language + "\n" + text + fence + "\n";
}

std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// A template's text without its last line end: the place decides what follows.
std::string line(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

double mean_of(const std::vector<Score>& scores) {
  double sum = 0;
  for (const Score& score : scores) sum += score.objective;
  return sum / static_cast<double>(scores.size());
}

/// " (best baseline: 0.25, lru)": of those that were scored on as many instances as the parent, by `objective_of` their scores.
template <class ObjectiveOf>
std::string best_of(const tasks::Task& task, std::span<const PromptBaseline> baselines, std::size_t instances, ObjectiveOf objective_of) {
  const PromptBaseline* best = nullptr;
  for (const PromptBaseline& each : baselines)
    if (each.train.size() == instances && (!best || task.loss(objective_of(each.train)) < task.loss(objective_of(best->train)))) best = &each;
  return best ? " (best baseline: " + figure(objective_of(best->train)) + ", " + best->name + ")" : "";
}

std::string scores_of(const Templates& templates, const tasks::Task& task, const PromptParent& parent, std::span<const PromptBaseline> baselines) {
  if (parent.train.empty()) return "";
  std::string instances;
  const std::size_t count = parent.train.size();
  for (std::size_t i = 0; i < count; ++i)
    instances += "- " + parent.train[i].instance + ": " + figure(parent.train[i].objective) +
                 best_of(task, baselines, count, [i](const std::vector<Score>& scores) { return scores[i].objective; }) + "\n";
  const std::string mean = figure(mean_of(parent.train)) + best_of(task, baselines, count, mean_of);
  return templates.fill("scores", {{"objective", task.objective}, {"mean", mean}, {"instances", line(instances)}});
}

/// The candidate's line `number`, below what is said about it.
std::string line_of(const std::string& code, int number) {
  std::size_t at = 0;
  for (int i = 1; i < number && at != code.npos; ++i) at = code.find('\n', at) == code.npos ? code.npos : code.find('\n', at) + 1;
  if (number < 1 || at == code.npos || at >= code.size()) return "";
  return "\n    " + code.substr(at, std::min(code.find('\n', at) - at, kLineLimit));
}

std::string said_of(const PromptFailure& failure, bool with_lines) {
  if (!failure.said.empty()) return quoted(failure.said, 8 * kDetailLimit, "text");
  std::string said(name_of(failure.outcome.kind));
  if (!failure.outcome.detail.empty()) said += ": " + failure.outcome.detail;
  if (said.size() > kDetailLimit) said.resize(kDetailLimit);
  std::size_t shown = std::min(failure.outcome.diagnostics.size(), kDiagnostics);
  for (std::size_t i = 0; i < shown; ++i) {
    const Diagnostic& d = failure.outcome.diagnostics[i];
    said += "\nline " + std::to_string(d.line) + ", column " + std::to_string(d.column) + ": " + d.message.substr(0, kDetailLimit);
    if (with_lines) said += line_of(failure.code, d.line);
  }
  return quoted(said, 4 * kDetailLimit, "text");
}

/// How far it is from a proof, and the smallest input that breaks it.
std::string certificate_of(const Templates& templates, const PromptParent& parent) {
  if (!parent.certificate) return "";
  std::string text = templates.fill("certificate", {{"share", figure(parent.certificate->score)}, {"verdict", parent.certificate->verdict}});
  if (!parent.certificate->refutation.empty())
    text += templates.fill("refutation", {{"refutation", line(quoted(parent.certificate->refutation, 4 * kDetailLimit, "text"))}});
  return text;
}

}  // namespace

std::string make_prompt(const Templates& templates, const tasks::Task& task, std::span<const PromptParent> parents,
                        std::span<const PromptFailure> failures, const verify::properties::PropertySet& properties,
                        std::span<const PromptBaseline> baselines) {
  std::string policies, mistakes, claims;
  for (const PromptParent& parent : parents)
    policies += templates.fill("parent", {{"code", quoted(parent.code, kCodeLimit)}, {"scores", scores_of(templates, task, parent, baselines)}, {"certificate", certificate_of(templates, parent)}});
  for (const PromptFailure& failure : failures)
    mistakes += templates.fill("failure", {{"code", quoted(failure.code, kFailedCodeLimit)}, {"said", said_of(failure, false)}});
  if (!mistakes.empty()) mistakes = templates.fill("failures", {{"failures", line(mistakes)}});
  if (!properties.properties.empty()) claims = templates.fill("properties", {{"properties", verify::properties::describe(properties)}});
  return templates.fill("proposal", {{"problem", line(task.prompt)}, {"interface", tasks::describe(task.contract)}, {"properties", claims},
                                     {"objective", task.objective}, {"better", task.direction == tasks::Direction::minimise ? "lower" : "higher"},
                                     {"parents", policies}, {"failures", mistakes},
                                     {"answer", line(templates.fill(parents.size() > 1 ? "combine" : "improve", {}))}, {"form", templates.form()}});
}

std::string make_repair_prompt(const Templates& templates, const tasks::Task& task, const PromptFailure& failure, const std::string& base) {
  return templates.fill("repair", {{"problem", line(task.prompt)}, {"interface", tasks::describe(task.contract)},
                                   {"policy", base.empty() ? "" : templates.fill("base", {{"code", quoted(base, kCodeLimit)}})},
                                   {"code", quoted(failure.code, kCodeLimit)}, {"said", said_of(failure, true)}, {"form", templates.form()}});
}

namespace {

constexpr std::size_t kKept = 64;  ///< parents, failures

/// From `known`, or read into it.
template <class T, class Read>
Result<T> kept(std::map<std::uint64_t, T>& known, std::uint64_t index, Read read) {
  if (auto found = known.find(index); found != known.end()) return found->second;
  auto made = read();
  if (!made) return made;
  if (known.size() >= kKept) known.clear();
  return known[index] = std::move(*made);
}

}  // namespace

Result<void> Prompts::read_baselines() {
  for (std::uint64_t i = 0; i < task_.baselines.size(); ++i) {
    if (baselines_.contains(i)) continue;
    auto record = archive_.candidate(i);
    if (!record) return std::unexpected(record.error());
    if (!*record) continue;
    auto& baseline = baselines_[i];
    if ((*record)->fitness) baseline = PromptBaseline{task_.baselines[i].name, std::move((*record)->train)};
  }
  return {};
}

Result<PromptParent> Prompts::parent(std::uint64_t index) {
  return kept(parents_, index, [&]() -> Result<PromptParent> {
    auto record = archive_.candidate(index);
    if (!record) return std::unexpected(record.error());
    if (!*record || !(*record)->emitted) return fail("candidate " + std::to_string(index) + " is no parent: it is not in the archive, or was never screened");
    auto code = archive_.blob(*(*record)->emitted);
    if (!code) return std::unexpected(code.error());
    return PromptParent{index, std::move(*code), std::move((*record)->train), std::move((*record)->certificate)};
  });
}

Result<PromptFailure> Prompts::failure(std::uint64_t index) {
  return kept(failures_, index, [&]() -> Result<PromptFailure> {
    auto record = archive_.candidate(index);
    if (!record) return std::unexpected(record.error());
    if (!*record) return fail("candidate " + std::to_string(index) + " is not in the archive");
    auto code = archive_.blob((*record)->source);
    if (!code) return std::unexpected(code.error());
    return PromptFailure{std::move(*code), std::move((*record)->outcome)};
  });
}

Result<std::string> Prompts::with(std::span<const std::uint64_t> parents, std::span<const std::uint64_t> failed) {
  if (auto done = read_baselines(); !done) return std::unexpected(done.error());
  std::vector<PromptBaseline> baselines;
  for (const auto& [index, baseline] : baselines_)
    if (baseline) baselines.push_back(*baseline);
  std::vector<PromptParent> policies;
  for (std::uint64_t index : parents) {
    auto policy = parent(index);
    if (!policy) return std::unexpected(policy.error());
    policies.push_back(std::move(*policy));
  }
  std::vector<PromptFailure> failures;
  for (std::uint64_t index : failed.first(std::min(failed.size(), kFailures))) {
    auto told = failure(index);
    if (!told) return std::unexpected(told.error());
    failures.push_back(std::move(*told));
  }
  return make_prompt(templates_, task_, policies, failures, properties_, baselines);
}

}  // namespace assay::evolve
