#include "evaluators/gpu/scorer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "evaluators/gpu/driver/image.h"

namespace assay::evaluators::gpu {
namespace {

constexpr double kLeastRatio = 0.25, kNoWorse = 0.97;

std::unexpected<Outcome> violation(std::string what) { return ended(OutcomeKind::protocol_violation, std::move(what)); }

std::uint32_t word_at(std::span<const std::byte> bytes, std::size_t index) {
  std::uint32_t word;
  std::memcpy(&word, bytes.data() + 4 * index, 4);
  return word;
}

std::string place(std::size_t index, const Subject& subject) { return "shape " + std::to_string(index) + " " + subject.text + ": "; }

Attempt<Action> read_number(const Workload& workload, std::size_t index, std::uint32_t word) {
  const Subject& subject = workload.subjects[index];
  const bool is_split = workload.kind == Kind::decode_split;
  const std::uint32_t low = is_split ? 1 : 0, high = is_split ? decode_split::kMostSplits : moe_select::kVariantCount - 1;
  if (word < low || word > high)
    return violation(place(index, subject) + "the answer " + std::to_string(word) + " is outside " + std::to_string(low) + " to " + std::to_string(high));
  return number_action(subject.shape, static_cast<int>(word));
}

std::string tile_text(std::uint32_t code, int columns) {
  const auto wide = static_cast<std::uint32_t>(columns);
  return "row " + std::to_string(code / wide) + ", column " + std::to_string(code % wide);
}

Attempt<Action> read_order(const Workload& workload, std::size_t index, std::span<const std::byte> words) {
  const Subject& subject = workload.subjects[index];
  const tile_order::Grid tiles = grid(std::get<tile_order::Shape>(subject.shape));
  Order order(subject.decisions);
  std::vector<std::uint32_t> first(subject.decisions, assay_gpu::kNotInGrid);  // by tile: the block that has it
  for (std::uint32_t id = 0; id < order.size(); ++id) {
    const std::uint32_t code = order[id] = word_at(words, id);
    if (code >= order.size()) return violation(place(index, subject) + "block " + std::to_string(id) + " is sent to a tile that is not in the grid");
    if (first[code] != assay_gpu::kNotInGrid)
      return violation(place(index, subject) + "blocks " + std::to_string(first[code]) + " and " + std::to_string(id) + " are both sent to " +
                       tile_text(code, tiles.columns));
    first[code] = id;
  }
  return order_action(std::move(order));
}

double log2_of(double value) { return std::log2(std::max(value, 1.0)); }

struct Manner {
  double level = 0, share = 0;
};

Manner manner_of(const tile_order::Grid& tiles, const Order& order) {
  Manner manner;
  const auto columns = static_cast<std::uint32_t>(tiles.columns);
  for (std::size_t id = 0; id < order.size(); ++id) {
    manner.level += std::abs(static_cast<double>(order[id]) - static_cast<double>(id));
    if (id == 0) continue;
    const std::uint32_t a = order[id - 1], b = order[id];
    const bool same_row = a / columns == b / columns && (a + 1 == b || b + 1 == a);
    manner.share += same_row || a + columns == b || b + columns == a ? 1 : 0;
  }
  const auto count = static_cast<double>(order.size());
  return {manner.level / (count * count), order.size() < 2 ? 0 : manner.share / (count - 1)};
}

Manner manner_of(const Shape& shape, const Action& action) {
  if (std::holds_alternative<decode_split::Shape>(shape)) return {log2_of(action.number) / 7, action.number > 1 ? 1.0 : 0.0};
  if (std::holds_alternative<moe_select::Shape>(shape)) {
    const auto& variant = moe_select::kVariants[action.number];
    return {log2_of(variant.tile_m * variant.tile_n / 1024.0) / 4, variant.stages > 2 ? 1.0 : 0.0};
  }
  if (action.order == nullptr) return {};  // the best of a table, which holds digests
  return manner_of(grid(std::get<tile_order::Shape>(shape)), *action.order);
}

}  // namespace

std::size_t Workload::decisions() const {
  std::size_t words = 0;
  for (const Subject& subject : subjects) words += subject.decisions;
  return words;
}

Attempt<std::vector<Action>> read_actions(const Workload& workload, std::span<const std::byte> decisions) {
  if (decisions.size() != 4 * workload.decisions())
    return violation("there are " + std::to_string(decisions.size()) + " bytes of decisions; " + std::to_string(workload.subjects.size()) + " shapes take " +
                     std::to_string(4 * workload.decisions()));
  std::vector<Action> actions;
  std::size_t at = 0;
  for (std::size_t i = 0; i < workload.subjects.size(); ++i) {
    const std::size_t words = workload.subjects[i].decisions;
    auto action = workload.kind == Kind::tile_order ? read_order(workload, i, decisions.subspan(4 * at, 4 * words)) : read_number(workload, i, word_at(decisions, at));
    if (!action) return std::unexpected(action.error());
    actions.push_back(std::move(*action));
    at += words;
  }
  return actions;
}

Attempt<std::size_t> decided_before(const Workload& workload, std::uint64_t moment, std::span<const std::byte> decisions) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < workload.subjects.size() && i < moment; ++i) words += workload.subjects[i].decisions;
  if (4 * words > decisions.size()) return violation("the decisions end before shape " + std::to_string(moment));
  return 4 * words;
}

double Ratio::clipped(double of_us) const { return std::max(kLeastRatio, std::min(base_us / of_us, base_us / floor_us)); }

Comparison compare(std::span<const Ratio> ratios) {
  Comparison all;
  double sum = 0, best_sum = 0, regret = 0;
  bool best_known = true;
  all.worst_ratio = std::numeric_limits<double>::infinity();
  for (const Ratio& each : ratios) {
    const double ratio = each.clipped(each.us);
    sum += std::log(ratio);
    all.worst_ratio = std::min(all.worst_ratio, ratio);
    best_known &= each.best_us.has_value();
    if (!best_known) continue;
    best_sum += std::log(each.clipped(*each.best_us));
    regret += std::log(std::max(1.0, each.us / *each.best_us));
  }
  const auto count = static_cast<double>(ratios.size());
  all.geometric_mean = std::exp(sum / count);
  all.speedup = all.geometric_mean * std::min(1.0, all.worst_ratio / kNoWorse);
  if (!best_known) return all;
  all.regret = std::expm1(regret / count);
  if (best_sum / count > 1e-6) all.headroom_captured = sum / best_sum;
  return all;
}

void describe(const Workload& workload, std::span<const Action> actions, Score& score) {
  Manner mean;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const Manner one = manner_of(workload.subjects[i].shape, actions[i]);
    mean.level += one.level;
    mean.share += one.share;
  }
  score.metrics["decision_level"] = mean.level / static_cast<double>(actions.size());
  score.metrics["decision_share"] = mean.share / static_cast<double>(actions.size());
}

}  // namespace assay::evaluators::gpu
