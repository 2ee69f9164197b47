#include "kernels/tile_order/problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/common/random.h"

namespace assay::kernels::tile_order {
namespace {

constexpr std::size_t kDim = kHeadDim;

std::size_t size(int number) { return static_cast<std::size_t>(number); }

std::vector<Bf16> normal(std::size_t count, std::uint64_t seed) {
  std::vector<Bf16> values(count);
  fill_normal(values, seed);
  return values;
}

double dot(const Bf16* a, const Bf16* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(to_float(a[i])) * static_cast<double>(to_float(b[i]));
  return sum;
}

/// softmax(q k / sqrt(dim)) v over the keys up to the query's own token.
void attend(const Shape& s, const Inputs& inputs, std::size_t row, double* out) {
  const std::size_t heads_q = size(s.heads_q), heads_kv = size(s.heads_kv), length = size(s.length);
  const std::size_t head = row % heads_q, token = row / heads_q % length, sequence = row / heads_q / length;
  auto key_row = [&](std::size_t key) { return ((sequence * length + key) * heads_kv + head / (heads_q / heads_kv)) * kDim; };
  std::vector<double> weights(token + 1);
  for (std::size_t key = 0; key <= token; ++key) weights[key] = dot(&inputs.q[row * kDim], &inputs.k[key_row(key)], kDim) / std::sqrt(double{kHeadDim});
  const double most = std::ranges::max(weights);
  double total = 0;
  for (double& weight : weights) total += weight = std::exp(weight - most);
  std::fill_n(out, kDim, 0.0);
  for (std::size_t key = 0; key <= token; ++key)
    for (std::size_t d = 0; d < kDim; ++d) out[d] += weights[key] / total * static_cast<double>(to_float(inputs.v[key_row(key) + d]));
}

}  // namespace

Inputs make_inputs(const Shape& s, std::uint64_t seed) {
  Inputs inputs;
  if (s.kernel == Kernel::gemm) {
    inputs.a = normal(size(s.m) * size(s.k), 3 * seed);
    inputs.b = normal(size(s.n) * size(s.k), 3 * seed + 1);
    return inputs;
  }
  const std::size_t tokens = size(s.sequences) * size(s.length);
  inputs.q = normal(tokens * size(s.heads_q) * kDim, 3 * seed);
  inputs.k = normal(tokens * size(s.heads_kv) * kDim, 3 * seed + 1);
  inputs.v = normal(tokens * size(s.heads_kv) * kDim, 3 * seed + 2);
  return inputs;
}

std::size_t row_count(const Shape& s) { return s.kernel == Kernel::gemm ? size(s.m) : size(s.sequences) * size(s.length) * size(s.heads_q); }
std::size_t row_width(const Shape& s) { return s.kernel == Kernel::gemm ? size(s.n) : kDim; }

std::vector<double> reference_rows(const Shape& s, const Inputs& inputs, std::span<const std::size_t> rows) {
  const std::size_t width = row_width(s), inner = size(s.k);
  std::vector<double> all(rows.size() * width);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double* out = &all[i * width];
    if (s.kernel == Kernel::prefill) attend(s, inputs, rows[i], out);
    else
      for (std::size_t column = 0; column < width; ++column) out[column] = dot(&inputs.a[rows[i] * inner], &inputs.b[column * inner], inner);
  }
  return all;
}

std::vector<double> reference(const Shape& s, const Inputs& inputs) {
  std::vector<std::size_t> rows(row_count(s));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return reference_rows(s, inputs, rows);
}

}  // namespace assay::kernels::tile_order
