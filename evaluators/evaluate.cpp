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

/// What every second run of a binary has in common.
struct Rerun {
  sandbox::RunJail& jail;
  const Binary& binary;
  const std::stop_token& stop;
};

Result<Again> run_again(const Rerun& rerun, const Instance& instance, std::uint64_t layout) {
  auto request = instance.request(rerun.binary, std::nullopt);
  request.layout = layout;
  request.stop = rerun.stop;
  auto report = rerun.jail.run(request);
  if (!report) return std::unexpected(report.error());
  const bool was_stopped = rerun.stop.stop_requested() && report->outcome.kind == OutcomeKind::abandoned;
  if (report->outcome.kind != OutcomeKind::ok && report->outcome.kind != OutcomeKind::timeout && !was_stopped)
    return Again{differs(instance, "ends otherwise: " + std::string(name_of(report->outcome.kind)) + ": " + report->outcome.detail), {}};
  return Again{std::move(report->outcome), {report->output.begin(), report->output.end()}};
}

Result<Again> decides_the_same(const Rerun& rerun, const Decided& decided, std::uint64_t layout) {
  auto again = run_again(rerun, *decided.instance, layout);
  if (again && again->outcome.kind == OutcomeKind::ok && digest_of(again->decisions) != decided.decisions)
    again->outcome = differs(*decided.instance, "decides otherwise");
  return again;
}

std::uint64_t chance() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

Result<Outcome> decides_by_the_past(const Rerun& rerun, const Instance& instance, std::uint64_t layout,
                                    std::span<const std::byte> decisions) {
  auto other = instance.other_future(chance());
  if (!other) return std::unexpected(other.error());
  auto again = run_again(rerun, *other->instance, layout);
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
                            std::optional<double> abandon_above, const std::stop_token& stop) {
  auto request = instance.request(binary, abandon_above);
  request.stop = stop;
  auto report = jail.run(request);
  if (!report) return std::unexpected(report.error());
  Evaluation evaluation{.outcome = std::move(report->outcome), .score = std::nullopt, .decisions = {}, .run_wall = report->wall};
  if (evaluation.outcome.kind != OutcomeKind::ok) return evaluation;
  const auto start = std::chrono::steady_clock::now();
  if (auto prepared = instance.prepare(report->output); !prepared) return std::unexpected(prepared.error());
  auto score = instance.score(report->output);
  evaluation.replay_wall = std::chrono::steady_clock::now() - start;
  evaluation.decisions = digest_of(report->output);
  if (score) evaluation.score = std::move(*score);
  else evaluation.outcome = std::move(score.error());
  return evaluation;
}

Result<Outcome> confirm(sandbox::RunJail& jail, const Binary& binary, std::span<const Decided> decided, Depth depth,
                        const std::stop_token& stop) {
  if (decided.empty()) return Outcome{};
  if (auto fresh = jail.recycle(); !fresh) return std::unexpected(fresh.error());
  const Rerun rerun{jail, binary, stop};
  for (std::size_t i = decided.size(); i-- > 0;) {
    const std::uint64_t layout = second_layout(binary, i);
    auto same = decides_the_same(rerun, decided[i], layout);
    if (!same) return std::unexpected(same.error());
    if (same->outcome.kind != OutcomeKind::ok) return same->outcome;
    if (depth == Depth::again) continue;
    auto causal = decides_by_the_past(rerun, *decided[i].instance, layout, same->decisions);
    if (!causal || causal->kind != OutcomeKind::ok) return causal;
  }
  return Outcome{};
}

Result<std::vector<Evaluation>> evaluate_all(sandbox::RunJail& jail, const Binary& binary,
                                             std::span<const std::unique_ptr<Instance>> instances, const std::stop_token& stop) {
  std::vector<Evaluation> evaluations;
  std::vector<Decided> decided;
  for (const auto& instance : instances) {
    auto evaluation = evaluate(jail, binary, *instance, std::nullopt, stop);
    if (!evaluation) return std::unexpected(evaluation.error());
    if (evaluation->score) decided.push_back({instance.get(), evaluation->decisions});
    evaluations.push_back(std::move(*evaluation));
  }
  auto confirmed = confirm(jail, binary, decided, Depth::future, stop);
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
