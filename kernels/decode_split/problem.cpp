#include "kernels/decode_split/problem.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "kernels/common/random.h"

namespace assay::kernels::decode_split {
namespace {

std::size_t size(int value) { return static_cast<std::size_t>(value); }

/// One row: softmax(q k^T / sqrt(dim)) v, in two passes. The cache's rows are `stride` values apart.
void attend(const Bf16* q, const Bf16* k, const Bf16* v, std::size_t tokens, std::size_t stride, std::size_t dim, double* out) {
  std::vector<double> scores(tokens);
  for (std::size_t token = 0; token < tokens; ++token) {
    double sum = 0;
    for (std::size_t i = 0; i < dim; ++i) sum += static_cast<double>(to_float(q[i])) * to_float(k[token * stride + i]);
    scores[token] = sum / std::sqrt(static_cast<double>(dim));
  }
  const double largest = *std::ranges::max_element(scores);
  double total = 0;
  for (auto& score : scores) total += score = std::exp(score - largest);
  std::fill_n(out, dim, 0.0);
  for (std::size_t token = 0; token < tokens; ++token)
    for (std::size_t i = 0; i < dim; ++i) out[i] += scores[token] / total * to_float(v[token * stride + i]);
}

}  // namespace

std::size_t query_count(const Shape& s) { return row_count(s) * size(s.head_dim); }
std::size_t row_count(const Shape& s) { return size(s.sequences) * size(s.heads_q); }
std::size_t cache_count(const Shape& s) {
  const auto all = lengths(s);
  return std::accumulate(all.begin(), all.end(), std::size_t{0}) * size(s.heads_kv) * size(s.head_dim);
}

Inputs make_inputs(const Shape& shape, std::uint64_t seed) {
  Inputs inputs;
  inputs.q.resize(query_count(shape));
  inputs.k.resize(cache_count(shape));
  inputs.v.resize(cache_count(shape));
  fill_normal(inputs.q, 3 * seed);
  fill_normal(inputs.k, 3 * seed + 1);
  fill_normal(inputs.v, 3 * seed + 2);
  return inputs;
}

std::vector<double> reference_rows(const Shape& shape, std::span<const Bf16> q, std::span<const Bf16> k, std::span<const Bf16> v, std::span<const std::size_t> rows) {
  assert(q.size() == query_count(shape) && k.size() == cache_count(shape) && v.size() == k.size());
  const std::size_t dim = size(shape.head_dim), heads_q = size(shape.heads_q), heads_kv = size(shape.heads_kv);
  const auto all = lengths(shape);
  std::vector<std::size_t> first(all.size(), 0);
  for (std::size_t i = 1; i < all.size(); ++i) first[i] = first[i - 1] + size(all[i - 1]);
  std::vector<double> out(rows.size() * dim);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t sequence = rows[i] / heads_q, head = rows[i] % heads_q / (heads_q / heads_kv);
    const std::size_t begin = (first[sequence] * heads_kv + head) * dim;
    attend(&q[rows[i] * dim], &k[begin], &v[begin], size(all[sequence]), heads_kv * dim, dim, &out[i * dim]);
  }
  return out;
}

std::vector<double> reference(const Shape& shape, const Inputs& inputs) {
  std::vector<std::size_t> rows(row_count(shape));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return reference_rows(shape, inputs.q, inputs.k, inputs.v, rows);
}

}  // namespace assay::kernels::decode_split
