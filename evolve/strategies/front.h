#pragma once
// A Pareto front: what nothing else covers.

#include <vector>

#include "evolve/population.h"

namespace assay::evolve {

class ParetoFront {
 public:
  struct Point {
    Elite elite;
    std::vector<double> at;  ///< lower is better, in every coordinate
  };

  /// Whether it is on the front now. Of points that are equal in every coordinate the better elite stays (shorter, then older).
  /// Requires: as many coordinates as the others. Cost: one pass over the front, two where it changes.
  bool add(Point point);

  const std::vector<Point>& points() const { return points_; }
  /// Positions in `points`: each once for every coordinate in which nothing is lower, ties included.
  const std::vector<std::size_t>& leaders() const { return leaders_; }

 private:
  void find_leaders();

  std::vector<Point> points_;
  std::vector<std::size_t> leaders_;
};

}  // namespace assay::evolve
