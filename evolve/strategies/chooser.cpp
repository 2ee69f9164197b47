// Chooses among other strategies while it runs. All of them see every commit; who has the next child is drawn by what each one's
// children gained of late, per candidate: probability matching with a floor (Goldberg, "Probability matching, the magnitude of
// reinforcement, and classifier system bidding", 1990), which unlike a bandit by upper bounds also spreads the candidates of
// one window, whose results are not there yet.
//
// A gain is by how much the sum of the best kBest losses falls; of equal losses one counts. Old gains fade, as they are
// smaller the longer a search goes on. A failure gains nothing. The log has the name of who chose (CandidateRecord::strategy).

#include <algorithm>

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

constexpr std::size_t kBest = 8;
constexpr double kFades = 0.99;  ///< per candidate: after 69 a gain counts half
constexpr double kEvenly = 0.4;  ///< share of the candidates that everybody gets the same of
constexpr std::string_view kChosen[] = {"islands", "map_elites", "pareto", "hill_climb"};

struct Arm {
  std::string name;
  std::unique_ptr<Strategy> strategy;
  double gained = 0, tried = 0;
  Arm copy() const { return {name, strategy->clone(), gained, tried}; }
  double rate() const { return tried > 0 ? gained / tried : 0; }
};

class Chooser final : public Strategy {
 public:
  explicit Chooser(std::vector<Arm> arms) : arms_(std::move(arms)) {}
  Chooser(const Chooser& other) : best_(other.best_) {
    for (const Arm& arm : other.arms_) arms_.push_back(arm.copy());
  }

  std::unique_ptr<Strategy> clone() const override { return std::make_unique<Chooser>(*this); }
  bool reads_traits() const override { return true; }

  void observe(const Commit& commit) override {
    for (Arm& arm : arms_) arm.strategy->observe(commit);
    const double gain = commit.summary.fitness ? enter(*commit.summary.fitness) : 0;
    auto chose = std::ranges::find(arms_, commit.traits.strategy, &Arm::name);
    if (chose == arms_.end()) return;  // a seed
    for (Arm& arm : arms_) arm.gained *= kFades, arm.tried *= kFades;
    chose->gained += gain;
    chose->tried += 1;
  }

  Choice choose(const Population& population, std::uint64_t index, Random& random) const override {
    const Arm& arm = draw(random);
    Choice choice = arm.strategy->choose(population, index, random);
    choice.strategy = arm.name;
    return choice;
  }

  Bounds bounds(const Population& population, const Choice& choice) const override {
    return std::ranges::find(arms_, choice.strategy, &Arm::name)->strategy->bounds(population, choice);
  }

 private:
  /// What the sum of the best falls by.
  double enter(double loss) {
    auto at = std::ranges::lower_bound(best_, loss);
    if (at != best_.end() && *at == loss) return 0;
    best_.insert(at, loss);
    if (best_.size() <= kBest) return 0;
    const double gain = best_.back() - loss;
    best_.pop_back();
    return gain;
  }

  const Arm& draw(Random& random) const {
    const bool evenly = random.chance(kEvenly);
    double all = 0;
    for (const Arm& arm : arms_) all += arm.rate();
    if (evenly || all <= 0) return random.pick(arms_);
    double at = random.unit() * all;
    for (const Arm& arm : arms_)
      if ((at -= arm.rate()) < 0) return arm;
    return arms_.back();  // rounding
  }

  std::vector<Arm> arms_;
  std::vector<double> best_;  ///< losses, lowest first
};

}  // namespace

MadeStrategy make_chooser(const StrategyNeeds& needs) {
  std::vector<std::string> names = needs.settings.strategies;
  if (auto can = can_be_chosen(names); !can) return fail("strategy \"chooser\": " + can.error().what);
  if (names.empty())
    for (std::string_view name : kChosen)
      if (name != "map_elites" || !needs.descriptors.empty()) names.emplace_back(name);
  std::vector<Arm> arms;
  for (const std::string& name : names) {
    auto strategy = make_strategy(name, needs);
    if (!strategy) return std::unexpected(strategy.error());
    arms.push_back({name, std::move(*strategy)});
  }
  return std::make_unique<Chooser>(std::move(arms));
}

}  // namespace assay::evolve
