#pragma once
// JSON at the edges: exceptions of the library end in this folder and become Errors.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace assay {

/// Key order is kept as sorted by the library: dumps are deterministic.
using Json = nlohmann::json;

/// `name` is used in the error ("task.json: line 3, column 7: ...").
Result<Json> parse_json(std::string_view text, const std::string& name);
Result<Json> read_json(const std::filesystem::path& path);

/// The member `key` of `object` as T; the Error names the key, what it is and what was expected.
template <class T>
Result<T> member(const Json& object, const std::string& key, const std::string& name) {
  auto found = object.find(key);
  if (!object.is_object() || found == object.end()) return fail(name + ": \"" + key + "\" is missing");
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    return fail(name + ": \"" + key + "\" has the wrong type: " + found->dump().substr(0, 60));
  }
}

/// Like `member`, but `fallback` when the key is absent. A present value of a wrong type is still an Error.
template <class T>
Result<T> member_or(const Json& object, const std::string& key, T fallback, const std::string& name) {
  if (object.is_object() && !object.contains(key)) return fallback;
  return member<T>(object, key, name);
}

}  // namespace assay
