#include "evaluators/gpu/model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <queue>

#include "evaluators/gpu/features.h"
#include "evaluators/gpu/orders.h"

namespace assay::evaluators::gpu {
namespace {

// Of the model and of nothing that was measured.
constexpr double kLaunchUs = 4;
constexpr double kCombineUs = 2, kPartUs = 0.05;   ///< a second kernel, and each part that it reads
constexpr double kWaveUs = 0.5;                    ///< a block starts and ends
constexpr double kCeiling = 3;                     ///< one block asks for at most so many even shares of the bandwidth
constexpr double kFillUs = 0.8;                    ///< before the first tile of operands is there, for each stage
constexpr double kCacheFactor = 3;                 ///< operands are read from the cache so much faster than from memory

/// Bytes a microsecond.
double bandwidth(const Device& device) { return device.bandwidth_gb_s * 1e3; }

/// Blocks of equal work, in the order in which they start.
struct Run {
  double bytes;
  std::int64_t count;
};

double waves_us(std::vector<Run> runs, std::int64_t slots, double bytes_per_us) {
  const double ceiling = kCeiling * bytes_per_us / static_cast<double>(slots);
  double time = 0;
  for (std::size_t at = 0; at < runs.size();) {
    std::int64_t active = 0;
    double bytes = 0, largest = 0;
    while (at < runs.size() && active < slots) {
      const std::int64_t taken = std::min(slots - active, runs[at].count);
      active += taken;
      bytes += static_cast<double>(taken) * runs[at].bytes;
      largest = std::max(largest, runs[at].bytes);
      runs[at].count -= taken;
      if (runs[at].count == 0) ++at;
    }
    time += kWaveUs + std::max(bytes / std::min(bytes_per_us, static_cast<double>(active) * ceiling), largest / ceiling);
  }
  return time;
}

/// Makespan of tiles in the given order, each to the slot that is free first.
double makespan(const tile_order::Grid& grid, const Order& order, std::size_t slots) {
  if (!grid.causal) return std::ceil(static_cast<double>(order.size()) / static_cast<double>(slots));
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> free;
  for (std::size_t i = 0; i < std::min(slots, order.size()); ++i) free.push(0);
  std::uint64_t last = 0;
  for (std::uint32_t code : order) {
    const std::uint64_t end = free.top() + code / static_cast<std::uint32_t>(grid.columns) + 1;
    free.pop();
    free.push(end);
    last = std::max(last, end);
  }
  return static_cast<double>(last);
}

/// A grid's first figures are asked for again with every candidate.
class Modelled final : public Figures {
 public:
  Modelled(std::string name, Device device) : name_(std::move(name)), device_(std::move(device)) {}

  std::string provenance() const override { return "modelled, " + device_.name; }
  Digest digest() const override { return sha256("gpu model 1\n" + name_ + "\n"); }
  const Device& device() const override { return device_; }

  Result<std::vector<std::optional<Figure>>> times(const Subject& subject, std::span<const Action> actions) const override {
    const double floor = floor_of(subject);
    std::vector<std::optional<Figure>> all;
    for (const Action& action : actions) all.push_back(Figure{std::max(floor, time_of(subject, action)), floor});
    return all;
  }

  std::vector<Action> known(const Subject& subject) const override {
    std::vector<Action> all = all_actions(subject.shape);
    if (const auto* tiled = std::get_if<tile_order::Shape>(&subject.shape))
      for (std::string_view name : order_names()) all.push_back(order_action(named_order(name, grid(*tiled)), std::string(name)));
    return all;
  }

 private:
  double floor_of(const Subject& subject) const {
    return kernels::floor_us(subject.least_bytes, subject.flops, device_);
  }

  double time_of(const Subject& subject, const Action& action) const {
    return remembered(subject.text + " " + action.key, [&] { return modelled_us(subject, action, device_); });
  }

  template <class Compute>
  double remembered(const std::string& key, const Compute& compute) const {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = seen_.find(key); found != seen_.end()) return found->second;
    }
    const double value = compute();
    const std::lock_guard lock(mutex_);
    if (seen_.size() > kMostRemembered) seen_.clear();
    return seen_[key] = value;
  }

  static constexpr std::size_t kMostRemembered = 1u << 18;
  std::string name_;
  Device device_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, double> seen_;
};

}  // namespace

double modelled_us(const decode_split::Shape& shape, int splits, const Device& device) {
  const int chunk = decode_split::chunk_of(longest_blocks(shape), splits);
  const double block_bytes = 2.0 * 2 * decode_split::kBlockTokens * shape.head_dim;
  std::vector<Run> runs;
  std::int64_t parts = 0, combined = 0;
  for (int length : lengths(shape)) {
    const int blocks = decode_split::blocks_of(length), own = decode_split::parts_of(blocks, chunk);
    const int rest = blocks - (own - 1) * chunk;
    if (own > 1) runs.push_back({chunk * block_bytes, std::int64_t{shape.heads_kv} * (own - 1)});
    runs.push_back({rest * block_bytes, shape.heads_kv});
    parts += own;
    if (own > 1) combined += own;
  }
  const auto slots = static_cast<std::int64_t>(device.sms) * resident_blocks(shape, device);
  double time = kLaunchUs + waves_us(std::move(runs), slots, bandwidth(device));
  if (combined > 0) {  // each part leaves a row of fp32 for every query head, written and read
    const double traffic = 2.0 * 4 * static_cast<double>(combined) * shape.heads_q * (shape.head_dim + 1);
    time += kCombineUs + kPartUs * splits + traffic / bandwidth(device);
  }
  return time;
}

namespace {

double grouped_us(const Subject& subject, int variant, const Device& device) {
  const auto& shape = std::get<moe_select::Shape>(subject.shape);
  const moe_select::Variant& v = moe_select::kVariants[variant];
  const long long tiles = subject.tile_rows[static_cast<std::size_t>(variant / 6)] * (shape.n / v.tile_n);
  const double slots = device.sms * resident_blocks(shape, device);
  const double tile_bytes = 2.0 * (v.tile_m + v.tile_n) * shape.k;
  // A small tile keeps a tensor core less busy.
  const double busy = static_cast<double>(v.tile_m * v.tile_n) / (v.tile_m * v.tile_n + 64 * 64);
  const double arithmetic = 2.0 * v.tile_m * v.tile_n * shape.k / (device.bf16_tflops * 1e6 / slots * busy);
  const double operands = tile_bytes / (kCacheFactor * bandwidth(device) / slots) * (1 + 1.0 / v.stages);
  const double fill = kFillUs * (v.stages - 1) * v.tile_k / 64 / 2;
  const double waves = std::ceil(static_cast<double>(tiles) / slots);
  const double memory = subject.least_bytes / bandwidth(device);
  return kLaunchUs + std::max(memory, waves * (fill + std::max(arithmetic, operands)));
}

}  // namespace

double modelled_us(const tile_order::Shape& shape, const Order& order, const Device& device) {
  const tile_order::Grid tiles = grid(shape);
  const auto slots = static_cast<std::size_t>(device.sms) * static_cast<std::size_t>(resident_blocks(shape, device));
  const double flops_per_unit = tiles.causal ? 4.0 * tile_order::kTileQueries * tile_order::kTileQueries * tile_order::kHeadDim
                                             : 2.0 * tile_order::kTileM * tile_order::kTileN * shape.k;
  return kLaunchUs + makespan(tiles, order, slots) * flops_per_unit / (device.bf16_tflops * 1e6 / static_cast<double>(slots));
}

double modelled_us(const Subject& subject, const Action& action, const Device& device) {
  if (const auto* decode = std::get_if<decode_split::Shape>(&subject.shape)) return modelled_us(*decode, action.number, device);
  if (kind_of(subject.shape) == Kind::moe_select) return grouped_us(subject, action.number, device);
  return modelled_us(std::get<tile_order::Shape>(subject.shape), *action.order, device);
}

Result<std::shared_ptr<const Figures>> modelled_figures(std::string_view device) {
  auto known = device_named(device);
  if (!known) return std::unexpected(known.error());
  return std::make_shared<const Modelled>(std::string(device), std::move(*known));
}

}  // namespace assay::evaluators::gpu
