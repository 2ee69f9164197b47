// The three splits are types that do not pass for each other: what is said here is checked by the compiler.

#include "evolve/instances.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "evolve/examine.h"
#include "evolve/finish.h"
#include "evolve/search.h"

namespace assay::evolve {
namespace {

template <class Instances>
concept Examinable = requires(Slot& slot, const Problem& problem, const Instances& instances, const Source& source, const Background& background) {
  examine(slot, problem, instances, source, background);
};
template <class Key>
concept LoadsHoldout = requires(const Problem& problem, Key key) { problem.load_holdout(key); };

static_assert(Examinable<TrainInstances>);
static_assert(!Examinable<ValidationInstances> && !Examinable<HoldoutInstances>, "selection sees train alone");
static_assert(!Examinable<AnyInstances>, "nor does a detour over what any split is lead there");

template <class From, class To>
constexpr bool passes_for = std::is_convertible_v<From, To> || std::is_constructible_v<To, From>;
static_assert(passes_for<TrainInstances, TrainInstances>);
static_assert(!passes_for<HoldoutInstances, TrainInstances> && !passes_for<HoldoutInstances, ValidationInstances>);
static_assert(!passes_for<ValidationInstances, TrainInstances> && !passes_for<TrainInstances, ValidationInstances>);
static_assert(!passes_for<TrainInstances, HoldoutInstances> && !passes_for<ValidationInstances, HoldoutInstances>);
static_assert(!passes_for<AnyInstances, TrainInstances>);

static_assert(std::is_same_v<decltype(SearchContext::train), const TrainInstances&> && std::is_same_v<decltype(SearchContext::validation), const ValidationInstances&>);
static_assert(std::is_same_v<decltype(FinishContext::train), const TrainInstances&> && std::is_same_v<decltype(FinishContext::validation), const ValidationInstances&>);

static_assert(LoadsHoldout<HoldoutKey>);
static_assert(!std::is_default_constructible_v<HoldoutKey> && !std::is_aggregate_v<HoldoutKey>, "the end alone makes one");
static_assert(!LoadsHoldout<int> && !LoadsHoldout<tasks::Split>);

TEST(Instances, KnowTheirSplit) {
  EXPECT_EQ(TrainInstances::split, tasks::Split::train);
  EXPECT_EQ(ValidationInstances::split, tasks::Split::validation);
  EXPECT_EQ(HoldoutInstances::split, tasks::Split::holdout);
  EXPECT_EQ(AnyInstances(HoldoutInstances()).size(), 0u);
}

}  // namespace
}  // namespace assay::evolve
