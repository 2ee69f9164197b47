#include "evaluators/domain.h"

namespace assay::evaluators {
namespace {

Outcome differs(const Instance& instance, const std::string& how) {
  return {OutcomeKind::nondeterministic, "on " + instance.name() + ", run again in a fresh jail, it " + how, {}};
}

/// Never 0, the layout of first runs.
std::uint64_t second_layout(const Binary& binary, std::size_t index) {
  std::uint64_t seed = 0;
  __builtin_memcpy(&seed, binary.digest().bytes.data(), sizeof seed);
  return (seed + index) | 1;
}

}  // namespace

Digest digest_of(std::span<const std::byte> decisions) {
  return sha256({reinterpret_cast<const char*>(decisions.data()), decisions.size()});
}

Result<Evaluation> evaluate(sandbox::RunJail& jail, const Binary& binary, const Instance& instance,
                            std::optional<double> abandon_above) {
  auto report = jail.run(instance.request(binary, abandon_above));
  if (!report) return std::unexpected(report.error());
  Evaluation evaluation{.outcome = std::move(report->outcome), .score = std::nullopt, .decisions = {}, .run_wall = report->wall};
  if (evaluation.outcome.kind != OutcomeKind::ok) return evaluation;
  const auto start = std::chrono::steady_clock::now();
  auto score = instance.score(report->output);
  evaluation.replay_wall = std::chrono::steady_clock::now() - start;
  evaluation.decisions = digest_of(report->output);
  if (score) evaluation.score = std::move(*score);
  else evaluation.outcome = std::move(score.error());
  return evaluation;
}

Result<Outcome> confirm(sandbox::RunJail& jail, const Binary& binary, std::span<const Decided> decided) {
  if (decided.empty()) return Outcome{};
  if (auto fresh = jail.recycle(); !fresh) return std::unexpected(fresh.error());
  for (std::size_t i = decided.size(); i-- > 0;) {
    const Instance& instance = *decided[i].instance;
    auto request = instance.request(binary, std::nullopt);
    request.layout = second_layout(binary, i);
    auto report = jail.run(request);
    if (!report) return std::unexpected(report.error());
    if (report->outcome.kind == OutcomeKind::timeout) return report->outcome;
    if (report->outcome.kind != OutcomeKind::ok)
      return differs(instance, "ends otherwise: " + std::string(name_of(report->outcome.kind)) + ": " + report->outcome.detail);
    if (digest_of(report->output) != decided[i].decisions) return differs(instance, "decides otherwise");
  }
  return Outcome{};
}

Result<std::vector<Evaluation>> evaluate_all(sandbox::RunJail& jail, const Binary& binary,
                                             std::span<const std::unique_ptr<Instance>> instances) {
  std::vector<Evaluation> evaluations;
  std::vector<Decided> decided;
  for (const auto& instance : instances) {
    auto evaluation = evaluate(jail, binary, *instance);
    if (!evaluation) return std::unexpected(evaluation.error());
    if (evaluation->score) decided.push_back({instance.get(), evaluation->decisions});
    evaluations.push_back(std::move(*evaluation));
  }
  auto confirmed = confirm(jail, binary, decided);
  if (!confirmed) return std::unexpected(confirmed.error());
  if (confirmed->kind == OutcomeKind::ok) return evaluations;
  for (Evaluation& evaluation : evaluations) {
    if (!evaluation.score) continue;
    evaluation.outcome = *confirmed;
    evaluation.score.reset();
  }
  return evaluations;
}

}  // namespace assay::evaluators
