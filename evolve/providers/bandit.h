#pragma once
// Which of several arms to pull next, by what they gave for their money.
//
// Thompson sampling ("On the likelihood that one unknown probability exceeds another", 1933) on the reward, per dollar: each arm's
// rate is drawn from what is known of it, divided by its price, and the largest goes first. The draw is normal, out of sums, with
// the mean and deviation of the Beta posterior: nothing that rounds differently elsewhere. What is old fades, because what an arm
// gives changes while a search goes on.
//
// A price is the mean of what was paid, and on top a tenth of the dearest arm's: a candidate costs its evaluation, too, so that an
// arm for nothing is not worth everything. Where all are free a call is the unit.

#include <cstdint>
#include <vector>

#include "evolve/random.h"

namespace assay::evolve {

struct BanditSettings {
  std::uint64_t least = 2;     ///< pulls of each arm before any is judged
  std::uint64_t memory = 100;  ///< pulls of an arm after which the first of them counts 1/e
};

class Bandit {
 public:
  explicit Bandit(std::size_t arms, BanditSettings settings = {}) : settings_(settings), arms_(arms) {}

  /// reward in [0, 1], usd >= 0.
  void learn(std::size_t arm, double reward, double usd);
  /// All arms, the one to pull first. A function of what was learned and of `random`.
  std::vector<std::uint32_t> order(Random& random) const;

 private:
  struct Arm {
    std::uint64_t pulls = 0;
    double weight = 0, reward = 0, usd = 0;  ///< sums that fade
  };
  BanditSettings settings_;
  std::vector<Arm> arms_;
};

}  // namespace assay::evolve
