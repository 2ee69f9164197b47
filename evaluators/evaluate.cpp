#include "evaluators/domain.h"

#include <algorithm>
#include <random>

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

struct Again {
  Outcome outcome;
  std::vector<std::byte> decisions;
};

Result<Again> run_again(sandbox::RunJail& jail, const Binary& binary, const Instance& instance, std::uint64_t layout) {
  auto request = instance.request(binary, std::nullopt);
  request.layout = layout;
  auto report = jail.run(request);
  if (!report) return std::unexpected(report.error());
  if (report->outcome.kind != OutcomeKind::ok && report->outcome.kind != OutcomeKind::timeout)
    return Again{differs(instance, "ends otherwise: " + std::string(name_of(report->outcome.kind)) + ": " + report->outcome.detail), {}};
  return Again{std::move(report->outcome), {report->output.begin(), report->output.end()}};
}

Result<Again> decides_the_same(sandbox::RunJail& jail, const Binary& binary, const Decided& decided, std::uint64_t layout) {
  auto again = run_again(jail, binary, *decided.instance, layout);
  if (again && again->outcome.kind == OutcomeKind::ok && digest_of(again->decisions) != decided.decisions)
    again->outcome = differs(*decided.instance, "decides otherwise");
  return again;
}

std::uint64_t chance() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

Result<Outcome> decides_by_the_past(sandbox::RunJail& jail, const Binary& binary, const Instance& instance, std::uint64_t layout,
                                    std::span<const std::byte> decisions) {
  auto other = instance.other_future(chance());
  if (!other) return std::unexpected(other.error());
  auto again = run_again(jail, binary, *other->instance, layout);
  if (!again) return std::unexpected(again.error());
  if (again->outcome.kind != OutcomeKind::ok) return std::move(again->outcome);
  auto before = instance.decided_before(other->moment, decisions), there = other->instance->decided_before(other->moment, again->decisions);
  if (!before) return std::move(before.error());
  if (there && std::ranges::equal(decisions.first(*before), std::span(again->decisions).first(*there))) return Outcome{};
  return Outcome{OutcomeKind::protocol_violation,
                 "on " + instance.name() + " what it decides depends on what comes later: it reads the future", {}};
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

Result<Outcome> confirm(sandbox::RunJail& jail, const Binary& binary, std::span<const Decided> decided, Depth depth) {
  if (decided.empty()) return Outcome{};
  if (auto fresh = jail.recycle(); !fresh) return std::unexpected(fresh.error());
  for (std::size_t i = decided.size(); i-- > 0;) {
    const std::uint64_t layout = second_layout(binary, i);
    auto same = decides_the_same(jail, binary, decided[i], layout);
    if (!same) return std::unexpected(same.error());
    if (same->outcome.kind != OutcomeKind::ok) return same->outcome;
    if (depth == Depth::again) continue;
    auto causal = decides_by_the_past(jail, binary, *decided[i].instance, layout, same->decisions);
    if (!causal || causal->kind != OutcomeKind::ok) return causal;
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
  auto confirmed = confirm(jail, binary, decided, Depth::future);
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
