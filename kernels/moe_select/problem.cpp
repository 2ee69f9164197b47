#include "kernels/moe_select/problem.h"

#include <algorithm>
#include <numeric>

#include "kernels/common/random.h"

namespace assay::kernels::moe_select {
namespace {

std::size_t size(int number) { return static_cast<std::size_t>(number); }

}  // namespace

Inputs make_inputs(const Shape& shape, std::uint64_t seed) {
  Inputs inputs;
  inputs.x.resize(size(shape.tokens) * size(shape.k));
  inputs.weights.resize(size(shape.experts) * size(shape.n) * size(shape.k));
  fill_normal(inputs.x, 3 * seed);
  fill_normal(inputs.weights, 3 * seed + 1);
  return inputs;
}

std::size_t row_count(const Shape& shape) { return size(shape.tokens) * size(shape.top_k); }
std::size_t row_width(const Shape& shape) { return size(shape.n); }

std::vector<double> reference_rows(const Shape& shape, const Inputs& inputs, std::span<const std::size_t> rows) {
  // Which draw is row r? The r-th when all are sorted by expert, then by number.
  const std::vector<int> experts = routing(shape);
  std::vector<std::size_t> draws(experts.size());
  std::iota(draws.begin(), draws.end(), std::size_t{0});
  std::ranges::sort(draws, [&](std::size_t a, std::size_t b) { return experts[a] != experts[b] ? experts[a] < experts[b] : a < b; });

  const std::size_t n = size(shape.n), k = size(shape.k);
  std::vector<double> all;
  all.reserve(rows.size() * n);
  for (std::size_t row : rows) {
    const Bf16* x = &inputs.x[draws[row] / size(shape.top_k) * k];
    const Bf16* w = &inputs.weights[size(experts[draws[row]]) * n * k];
    for (std::size_t column = 0; column < n; ++column, w += k) {
      double sum = 0;
      for (std::size_t i = 0; i < k; ++i) sum += static_cast<double>(to_float(x[i])) * static_cast<double>(to_float(w[i]));
      all.push_back(sum);
    }
  }
  return all;
}

std::vector<double> reference(const Shape& shape, const Inputs& inputs) {
  std::vector<std::size_t> rows(row_count(shape));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return reference_rows(shape, inputs, rows);
}

}  // namespace assay::kernels::moe_select
