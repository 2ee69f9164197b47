#include "kernels/measure/plan.h"

#include <utility>

#include "kernels/measure/random.h"

namespace assay::kernels::measure {

std::vector<std::size_t> abba_round(std::size_t actions, int round, std::uint64_t seed) {
  Random random(seed ^ (0x9e3779b97f4a7c15u * static_cast<std::uint64_t>(round + 1)));
  std::vector<std::size_t> order(actions);
  for (std::size_t i = 0; i < actions; ++i) order[i] = i;
  for (std::size_t i = actions; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  for (std::size_t i = actions; i > 0; --i) order.push_back(order[i - 1]);
  return order;
}

}  // namespace assay::kernels::measure
