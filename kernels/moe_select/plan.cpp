#include "kernels/moe_select/plan.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace assay::kernels::moe_select {
namespace {

std::size_t size(int number) { return static_cast<std::size_t>(number); }

void add_list(Plan& plan, int height) {
  const int begin = static_cast<int>(plan.lists.size());
  const int rows = static_cast<int>(plan.row_expert.size());
  for (int first = 0, end = 0; first < rows; first = end) {
    const int expert = plan.row_expert[size(first)];
    while (end < rows && plan.row_expert[size(end)] == expert) ++end;
    const int tiles = (end - first + height - 1) / height;
    const ExpertRows entry{expert, static_cast<int>(plan.lists.size()) - begin, tiles, first, end};
    plan.lists.insert(plan.lists.end(), size(tiles), entry);
  }
}

}  // namespace

Plan plan(const Shape& shape) {
  Plan made;
  const std::vector<int> counts = histogram(shape), experts = routing(shape);
  std::vector<std::size_t> next(counts.size(), 0);  // row of each expert's next token
  std::exclusive_scan(counts.begin(), counts.end(), next.begin(), std::size_t{0});
  made.row_token.resize(experts.size());
  made.row_expert.resize(experts.size());
  for (std::size_t draw = 0; draw < experts.size(); ++draw) {
    const std::size_t row = next[size(experts[draw])]++;
    made.row_token[row] = static_cast<std::uint32_t>(draw / size(shape.top_k));
    made.row_expert[row] = experts[draw];
  }
  for (int i = 0; i < kHeightCount; ++i) {
    add_list(made, kHeights[i]);
    made.list_begin[i + 1] = static_cast<int>(made.lists.size());
  }
  return made;
}

Arguments sizes(const Shape& shape, const Plan& plan) {
  Arguments all;
  std::ranges::copy(plan.list_begin, all.list_begin);
  all.tokens = shape.tokens;
  all.rows = shape.tokens * shape.top_k;
  all.n = shape.n;
  all.k = shape.k;
  all.experts = shape.experts;
  return all;
}

}  // namespace assay::kernels::moe_select
