#pragma once
// Shapes as JSON, in requests to the worker, in tables and in instances of tasks. One text for one shape: every key is always written, and a
// seed that has no effect reads and is written as 0.
//
//   decode_split  {"heads_q":32,"heads_kv":8,"head_dim":128,"sequences":4,"length":4096,"raggedness":"even","seed":0}
//   tile_order    {"kernel":"prefill","sequences":1,"heads_q":32,"heads_kv":8,"length":4096}  {"kernel":"gemm","m":4096,"n":4096,"k":4096}
//   moe_select    {"experts":8,"top_k":2,"tokens":64,"n":4096,"k":4096,"skew":"random","seed":0}

#include <expected>
#include <nlohmann/json.hpp>
#include <string>

#include "kernels/decode_split/shape.h"
#include "kernels/moe_select/shape.h"
#include "kernels/tile_order/shape.h"

namespace assay::kernels {

using Json = nlohmann::json;

Json to_json(const decode_split::Shape& shape);
Json to_json(const tile_order::Shape& shape);
Json to_json(const moe_select::Shape& shape);

/// A key that is missing has the default of the struct. The error names the key that is unknown, of a wrong type or out of range.
template <class Shape>
std::expected<Shape, std::string> shape_from(const Json& json);
template <>
std::expected<decode_split::Shape, std::string> shape_from(const Json& json);
template <>
std::expected<tile_order::Shape, std::string> shape_from(const Json& json);
template <>
std::expected<moe_select::Shape, std::string> shape_from(const Json& json);

}  // namespace assay::kernels
