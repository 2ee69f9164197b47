#pragma once
// The three tasks, where one is spoken of by name and its shapes and actions are JSON and text.

#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "kernels/device_facts.h"

namespace assay::kernels {

enum class Task : std::uint8_t { decode_split, tile_order, moe_select };
std::string_view name_of(Task task);
std::expected<Task, std::string> task_from(std::string_view name);

/// `shape` with every key and nothing else (shape_json.h), or what is wrong with it.
std::expected<Json, std::string> canonical_shape(Task task, const Json& shape);
double floor_us(Task task, const Json& canonical, const DeviceFacts& device);

/// The text of an action: of decode_split and moe_select the number, of tile_order the digest. Of decode_split that of the smallest number
/// of splits that is the same launch (canonical_splits).
std::string action_key(Task task, const Json& canonical, std::uint32_t action);

}  // namespace assay::kernels
