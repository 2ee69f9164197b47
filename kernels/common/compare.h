#pragma once
// How far an output is from its reference.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "kernels/common/bf16.h"

namespace assay::kernels {

struct Comparison {
  double relative_error = 0;  ///< ||out - reference|| / ||reference||
  double worst_error = 0;     ///< the largest |out - reference|, as a multiple of the root mean square of its row of the reference
  std::size_t checked = 0;
  bool finite = true;  ///< no NaN and no infinity in the output
  bool within(double relative, double worst) const { return checked > 0 && finite && relative_error <= relative && worst_error <= worst; }
};

/// a / b, where 0 / 0 is 0: what should be zero and is.
inline double ratio(double a, double b) { return a == 0 ? 0 : b > 0 ? a / b : HUGE_VAL; }

/// Requires: as many of the one as of the other.
///   row: values that are of one size; rows whose sizes differ (short and long caches) are each measured by their own. 0: all are one row
inline Comparison compare(std::span<const Bf16> out, std::span<const double> reference, std::size_t row = 0) {
  Comparison result;
  if (row == 0) row = std::max<std::size_t>(out.size(), 1);
  double differences = 0, squares = 0;
  for (std::size_t begin = 0; begin < out.size(); begin += row) {
    const std::size_t end = std::min(begin + row, out.size());
    double worst = 0, row_squares = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double value = to_float(out[i]), difference = std::abs(value - reference[i]);
      result.finite = result.finite && std::isfinite(value);
      differences += difference * difference;
      row_squares += reference[i] * reference[i];
      worst = std::max(worst, difference);
    }
    squares += row_squares;
    result.worst_error = std::max(result.worst_error, ratio(worst, std::sqrt(row_squares / static_cast<double>(end - begin))));
  }
  result.checked = out.size();
  result.relative_error = ratio(std::sqrt(differences), std::sqrt(squares));
  return result;
}

}  // namespace assay::kernels
