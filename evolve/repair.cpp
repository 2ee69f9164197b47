#include "evolve/repair.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace assay::evolve {
namespace {

/// "Far worse": a loss that is this share of its parent's above it, on one instance.
constexpr double kFarWorse = 0.1;

std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

double share_above(double loss, double parent) { return (loss - parent) / std::max(std::abs(parent), 1e-12); }

double loss_of(const Examined& examined, std::size_t i, const tasks::Task& task) { return task.loss(examined.train[i].objective); }

/// The instance that lost most against the parent, relative to the parent's loss there; none that is far worse.
std::optional<std::size_t> worst_of(const Examined& examined, const tasks::Task& task, const std::vector<double>& parent) {
  std::optional<std::size_t> worst;
  double most = kFarWorse;
  for (std::size_t i = 0; i < examined.train.size() && i < parent.size(); ++i) {
    const double share = share_above(loss_of(examined, i, task), parent[i]);
    if (share > most) most = share, worst = i;
  }
  return worst;
}

std::string table(const Examined& examined, const tasks::Task& task, const std::vector<double>& parent, std::size_t worst) {
  auto objective = [&](double loss) { return figure(task.loss(loss)); };  // its own inverse
  std::string text = "It is far worse than its parent on the training instance " + examined.train[worst].instance + ".\n" + task.objective + " on each instance, and its parent's:\n";
  for (std::size_t i = 0; i < examined.train.size() && i < parent.size(); ++i)
    text += examined.train[i].instance + ": " + figure(examined.train[i].objective) + ", parent " + objective(parent[i]) + (i == worst ? "  <- worst" : "") + "\n";
  return text;
}

/// As CandidateRecord::selection.
double selection_of(const Examined& examined) { return *examined.fitness + (examined.certificate ? examined.certificate->penalty : 0); }

bool is_refuted(const Examined& examined) { return examined.certificate && examined.certificate->verdict == "refuted" && !examined.certificate->refutation.empty(); }

}  // namespace

bool is_far_worse(double loss, double parent) { return share_above(loss, parent) > kFarWorse; }

std::optional<Complaint> complaint_about(const Examined& examined, const RepairOn& on, const tasks::Task& task, const std::vector<double>& parent) {
  if (teaches(examined.outcome.kind)) return on.failure ? std::optional(Complaint{std::string(name_of(examined.outcome.kind)), ""}) : std::nullopt;
  if (!examined.fitness) return std::nullopt;
  if (on.refuted && is_refuted(examined)) return Complaint{"refuted", "It scored, but a required claim about it is refuted:\n" + examined.certificate->refutation};
  if (!on.worst_instance) return std::nullopt;
  const auto worst = worst_of(examined, task, parent);
  return worst ? std::optional(Complaint{"worst_instance", table(examined, task, parent, *worst)}) : std::nullopt;
}

bool keeps_earlier(const Examined& earlier, const std::string& kind, const Examined& later) {
  if (!earlier.fitness) return false;
  if (!later.fitness) return true;
  if (kind == "refuted" && later.certificate && !is_refuted(later)) return false;
  return selection_of(later) >= selection_of(earlier);
}

}  // namespace assay::evolve
