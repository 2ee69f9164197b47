#pragma once
// JSON at the edges: exceptions of the library end in this folder and become Errors.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"

#if !defined(ASSAY_FUZZING)  // with its sanitizers all of it at once takes longer than it saves
/// Made once, in json.cpp: a tenth to a third of what a file with JSON takes to compile.
extern template class nlohmann::basic_json<>;
#endif

namespace assay {

/// Key order is kept as sorted by the library: dumps are deterministic.
using Json = nlohmann::json;

/// `name` is used in the error ("task.json: line 3, column 7: ...").
Result<Json> parse_json(std::string_view text, const std::string& name);
Result<Json> read_json(const std::filesystem::path& path);

/// Is `json` a T without loss? The library itself would take true, 1.5 or -1 for an unsigned number.
template <class T>
bool fits(const Json& json) {
  if constexpr (std::is_same_v<T, bool>) return json.is_boolean();
  else if constexpr (std::is_floating_point_v<T>) return json.is_number();
  else if constexpr (std::is_integral_v<T>)
    return json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                     : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
  else if constexpr (requires { typename T::mapped_type; })
    return json.is_object() && std::ranges::all_of(json, fits<typename T::mapped_type>);
  else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string> && !std::is_same_v<T, Json>)
    return json.is_array() && std::ranges::all_of(json, fits<typename T::value_type>);
  else return true;
}

/// The member `key` of `object` as T; the Error names the key, what it is and what was expected.
template <class T>
Result<T> member(const Json& object, const std::string& key, const std::string& name) {
  auto found = object.find(key);
  if (!object.is_object() || found == object.end()) return fail(name + ": \"" + key + "\" is missing");
  try {
    if (fits<T>(*found)) return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
  }
  return fail(name + ": \"" + key + "\" has the wrong type: " + found->dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 60));
}

/// Like `member`, but `fallback` when the key is absent. A present value of a wrong type is still an Error.
template <class T>
Result<T> member_or(const Json& object, const std::string& key, T fallback, const std::string& name) {
  if (object.is_object() && !object.contains(key)) return fallback;
  return member<T>(object, key, name);
}

}  // namespace assay
