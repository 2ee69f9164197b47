#include "kernels/task.h"

#include <iterator>

#include "kernels/shape_json.h"

namespace assay::kernels {
namespace {

constexpr std::string_view kNames[] = {"decode_split", "tile_order", "moe_select"};

/// Calls `use` with the shape in its own type.
template <class Use>
auto with_shape(Task task, const Json& shape, Use use) -> decltype(use(decode_split::Shape{})) {
  switch (task) {
    case Task::decode_split:
      if (auto read = shape_from<decode_split::Shape>(shape)) return use(*read);
      else return std::unexpected(read.error());
    case Task::tile_order:
      if (auto read = shape_from<tile_order::Shape>(shape)) return use(*read);
      else return std::unexpected(read.error());
    case Task::moe_select:
      if (auto read = shape_from<moe_select::Shape>(shape)) return use(*read);
      else return std::unexpected(read.error());
  }
  return std::unexpected(std::string("no such task"));
}

}  // namespace

std::string_view name_of(Task task) { return kNames[static_cast<std::size_t>(task)]; }

std::expected<Task, std::string> task_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<Task>(i);
  return std::unexpected("\"task\" is none of decode_split, tile_order, moe_select");
}

std::expected<Json, std::string> canonical_shape(Task task, const Json& shape) {
  return with_shape(task, shape, [](const auto& read) -> std::expected<Json, std::string> { return to_json(read); });
}

double floor_us(Task task, const Json& canonical, const DeviceFacts& device) {
  return with_shape(task, canonical, [&](const auto& shape) -> std::expected<double, std::string> {
           return floor_us(least_bytes(shape), flops(shape), device);
         }).value_or(0);
}

std::string action_key(Task task, const Json& canonical, std::uint32_t action) {
  if (task != Task::decode_split) return std::to_string(action);
  const auto shape = shape_from<decode_split::Shape>(canonical);
  if (!shape || action < 1 || action > decode_split::kMostSplits) return std::to_string(action);
  return std::to_string(decode_split::canonical_splits(decode_split::blocks_of(shape->length), static_cast<int>(action)));
}

}  // namespace assay::kernels
