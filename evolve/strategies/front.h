#pragma once
// A Pareto front: what nothing else covers.

#include <span>
#include <vector>

#include "evolve/population.h"

namespace assay::evolve {

class ParetoFront {
 public:
  /// `at`: lower is better, in every coordinate; what tells most comes first. Whether it is on the front now. Of those that are
  /// equal in every coordinate the better elite stays (shorter, then older).
  /// Requires: as many coordinates as the others, one at least. Cost: one pass over the front.
  bool add(const Elite& elite, std::span<const double> at);

  std::size_t size() const { return elites_.size(); }
  const Elite& elite(std::size_t which) const { return elites_[which]; }
  std::span<const double> at(std::size_t which) const { return std::span(at_).subspan(which * least_.size(), least_.size()); }
  /// Positions: each once for every coordinate in which nothing is lower, ties included.
  const std::vector<std::size_t>& leaders() const { return leaders_; }

 private:
  void remove(std::size_t which);
  void find_leaders();

  std::vector<Elite> elites_;
  std::vector<double> at_;  ///< [elites][coordinates]: one block, as a front may be of thousands
  std::vector<double> least_;  ///< of each coordinate
  std::vector<std::size_t> leaders_;
};

}  // namespace assay::evolve
