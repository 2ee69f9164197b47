#pragma once
// Instances by split, as types of their own: what is to be handed the training instances takes no others.
//
// Selection sees train, promotion sees validation, and nobody has the holdout before the end: HoldoutKey is made by `finish` alone.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "evaluators/domain.h"
#include "tasks/task.h"

namespace assay::evolve {

/// For what is the same on every split, such as a score.
using AnyInstances = std::span<const std::unique_ptr<evaluators::Instance>>;

template <tasks::Split kSplit>
class SplitInstances {
 public:
  static constexpr tasks::Split split = kSplit;

  SplitInstances() = default;
  explicit SplitInstances(std::vector<std::unique_ptr<evaluators::Instance>> all) : all_(std::move(all)) {}

  operator AnyInstances() const { return all_; }
  std::size_t size() const { return all_.size(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }
  const std::unique_ptr<evaluators::Instance>& operator[](std::size_t i) const { return all_[i]; }

 private:
  std::vector<std::unique_ptr<evaluators::Instance>> all_;
};

using TrainInstances = SplitInstances<tasks::Split::train>;
using ValidationInstances = SplitInstances<tasks::Split::validation>;
using HoldoutInstances = SplitInstances<tasks::Split::holdout>;

struct Finish;
struct FinishContext;
Result<std::optional<Finish>> finish(const FinishContext& context);

/// The right to load the holdout.
class HoldoutKey {
 private:
  HoldoutKey() = default;
  friend Result<std::optional<Finish>> finish(const FinishContext& context);
};

}  // namespace assay::evolve
