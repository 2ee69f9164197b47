#include "evolve/prompt.h"

#include <algorithm>
#include <cstdio>

namespace assay::evolve {
namespace {

constexpr std::size_t kCodeLimit = 12000;
constexpr std::size_t kFailedCodeLimit = 4000;
constexpr std::size_t kDetailLimit = 600;
constexpr std::size_t kDiagnostics = 8;

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

std::string scores_of(const tasks::Task& task, const PromptParent& parent) {
  std::string text;
  double sum = 0;
  for (const Score& score : parent.train) {
    text += "- " + score.instance + ": " + figure(score.objective) + "\n";
    sum += score.objective;
  }
  if (parent.train.empty()) return text;
  return "Mean " + task.objective + " on the training instances: " + figure(sum / static_cast<double>(parent.train.size())) + "\n" + text;
}

std::string failure_of(const PromptFailure& failure) {
  std::string said(name_of(failure.outcome.kind));
  if (!failure.outcome.detail.empty()) said += ": " + failure.outcome.detail;
  if (said.size() > kDetailLimit) said.resize(kDetailLimit);
  std::size_t shown = std::min(failure.outcome.diagnostics.size(), kDiagnostics);
  for (std::size_t i = 0; i < shown; ++i) {
    const Diagnostic& d = failure.outcome.diagnostics[i];
    said += "\nline " + std::to_string(d.line) + ", column " + std::to_string(d.column) + ": " + d.message.substr(0, kDetailLimit);
  }
  return quoted(failure.code, kFailedCodeLimit) + "ended with\n" + quoted(said, 4 * kDetailLimit, "text");
}

/// How far it is from a proof, and the smallest input that breaks it.
std::string certificate_of(const PromptParent& parent) {
  if (!parent.certificate) return "";
  std::string text = "Proved share of its claims: " + figure(parent.certificate->score) + " (" + parent.certificate->verdict + ")\n";
  if (!parent.certificate->refutation.empty()) text += "A claim fails:\n" + quoted(parent.certificate->refutation, 4 * kDetailLimit, "text");
  return text;
}

}  // namespace

std::string make_prompt(const tasks::Task& task, std::span<const PromptParent> parents, std::span<const PromptFailure> failures,
                        const verify::properties::PropertySet& properties) {
  bool minimises = task.direction == tasks::Direction::minimise;
  std::string text = task.prompt + "\n\n# Interface\n\n" + tasks::describe(task.contract) + "\n";
  if (!properties.properties.empty()) text += "# Properties\n\n" + verify::properties::describe(properties) + "\n";
  text += "# Policies so far\n\nThe objective is " + task.objective + "; " + (minimises ? "lower" : "higher") + " is better.\n\n";
  for (const PromptParent& parent : parents) text += quoted(parent.code, kCodeLimit) + scores_of(task, parent) + certificate_of(parent) + "\n";
  if (!failures.empty()) text += "# What failed lately\n\nDo not repeat these mistakes. Blocks quote what was tried and what came of it.\n\n";
  for (const PromptFailure& failure : failures) text += failure_of(failure) + "\n";
  text += "# Answer\n\nWrite one policy that " + std::string(parents.size() > 1 ? "does better than all of these" : "does better than this one") +
          ". First say in a few sentences what you change and why. Then give the whole policy, every function of the "
          "interface, in one ```cpp block: no preprocessor lines, nothing outside the interface, no globals, no "
          "recursion. Arithmetic must not overflow for any input in the declared ranges (sat_add, sat_sub, sat_mul, "
          "safe_div, safe_mod and clamp never do), and what is given back must lie in the declared range.\n";
  return text;
}

}  // namespace assay::evolve
