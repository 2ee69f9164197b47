#include "evolve/racing.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace assay::evolve {
namespace {

constexpr std::uint64_t kExploreEvery = 8;   ///< candidates, of which one begins with a check in turn
constexpr double kSlack = 1e-9;              ///< of the magnitudes in a difference: far above what rounding takes

std::vector<std::uint64_t> with_probe(const Schedule::Costs& costs) {
  auto all = costs.instances;
  if (costs.probe) all.push_back(*costs.probe);
  return all;
}

}  // namespace

double Hopes::mean() const {
  double sum = 0;
  for (const double loss : losses_) sum += loss;
  return sum / static_cast<double>(losses_.size());
}

double Hopes::room(std::size_t instance) const {
  const double all = entry_ * static_cast<double>(losses_.size());
  double room = all, magnitude = std::abs(all);
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    if (i == instance) continue;
    room -= losses_[i];
    magnitude += std::abs(losses_[i]);
  }
  return room + kSlack * magnitude;
}

double Order::worth(std::size_t check) const {
  const Counts& c = counts_[check];
  return static_cast<double>(c.ended + 1) / static_cast<double>(c.tried + 2) / static_cast<double>(std::max<std::uint64_t>(1, costs_[check]));
}

std::vector<std::size_t> Order::at(std::uint64_t index) const {
  std::vector<std::size_t> order(counts_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t check) { return worth(check); });
  if (index % kExploreEvery != kExploreEvery - 1 || order.empty()) return order;
  const auto turn = std::ranges::find(order, (index / kExploreEvery) % order.size());
  std::rotate(order.begin(), turn, turn + 1);
  return order;
}

void Order::count(std::size_t check, bool ended) {
  ++counts_[check].tried;
  counts_[check].ended += ended;
}

Schedule::Schedule(const Costs& costs, bool learn, std::function<std::uint64_t(std::uint64_t)> visible)
    : ends_{costs.instances.size()}, has_probe_(costs.probe.has_value()), learns_(learn), visible_(std::move(visible)),
      checks_(with_probe(costs)), last_({costs.confirm, costs.certificate}) {}

Plan Schedule::plan(std::uint64_t index) {
  Plan plan;
  if (!learns_) {
    if (has_probe_) plan.checks.push_back(ends_.probe());
    for (std::size_t i = 0; i < ends_.instances; ++i) plan.checks.push_back(i);
    return plan;
  }
  std::lock_guard guard(mutex_);
  for (; learned_ < visible_(index); ++learned_) {
    assert(!waiting_.empty() && "what a candidate sees is committed before it is proposed");
    learn(waiting_.front());
    waiting_.pop_front();
  }
  plan.checks = checks_.at(index);
  plan.certificate_first = last_.at(index).front() == 1;
  plans_[index] = plan;
  return plan;
}

void Schedule::add(const CandidateRecord& record) {
  if (!learns_) return;
  std::lock_guard guard(mutex_);
  const bool checked = !record.train.empty() || record.ended_on;
  waiting_.push_back({record.index, checked, record.confirmed, record.ended_on});
}

void Schedule::learn(const Ran& ran) {
  auto plan = plans_.extract(ran.index);
  assert(!plan.empty());
  if (!ran.checked) return;
  const std::size_t first = plan.mapped().checks.front();
  checks_.count(first, ran.ended_on == first);
  const std::size_t last = plan.mapped().certificate_first ? ends_.certificate() : ends_.confirm();
  const bool needed_both = ran.confirmed || (ran.ended_on && *ran.ended_on > ends_.probe());
  if (needed_both) last_.count(plan.mapped().certificate_first, ran.ended_on == last);
}

}  // namespace assay::evolve
