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
  double worst_error = 0;     ///< the largest |out - reference|, as a multiple of the reference's root mean square
  std::size_t checked = 0;
  bool finite = true;  ///< no NaN and no infinity in the output
  bool within(double relative, double worst) const { return checked > 0 && finite && relative_error <= relative && worst_error <= worst; }
};

/// Requires: as many of the one as of the other.
inline Comparison compare(std::span<const Bf16> out, std::span<const double> reference) {
  Comparison result;
  double differences = 0, squares = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double value = to_float(out[i]), difference = std::abs(value - reference[i]);
    result.finite = result.finite && std::isfinite(value);
    differences += difference * difference;
    squares += reference[i] * reference[i];
    result.worst_error = std::max(result.worst_error, difference);
  }
  result.checked = out.size();
  if (squares > 0) {
    result.relative_error = std::sqrt(differences / squares);
    result.worst_error /= std::sqrt(squares / static_cast<double>(out.size()));
  } else if (differences > 0) {
    result.relative_error = result.worst_error = HUGE_VAL;
  }
  return result;
}

}  // namespace assay::kernels
