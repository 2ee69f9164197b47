#pragma once
// JSON from outside (requests, tables): lines that may be hostile, objects whose every key must be one that somebody reads.

#include <cmath>
#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace assay::kernels {

using Json = nlohmann::json;

/// One line as JSON. Refused beside what the library refuses: a key twice in one object (the library would take the last), and more than 8
/// levels. Never throws.
std::expected<Json, std::string> parse_line(std::string_view line);

/// Is `json` a T without loss? A double is finite.
template <class T>
bool take(const Json& json, T& value) {
  if constexpr (std::is_same_v<T, Json>) {
    value = json;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (json.is_boolean()) value = json.get<bool>();
    return json.is_boolean();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (json.is_string()) value = json.get<std::string>();
    return json.is_string();
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number() || !std::isfinite(json.get<T>())) return false;
    value = json.get<T>();
    return true;
  } else if constexpr (std::is_integral_v<T>) {
    if (json.is_number_unsigned() ? !std::in_range<T>(json.get<std::uint64_t>()) : !json.is_number_integer() || !std::in_range<T>(json.get<std::int64_t>()))
      return false;
    value = json.is_number_unsigned() ? static_cast<T>(json.get<std::uint64_t>()) : static_cast<T>(json.get<std::int64_t>());
    return true;
  } else if constexpr (requires { typename T::mapped_type; }) {
    if (!json.is_object()) return false;
    value.clear();
    for (const auto& [key, element] : json.items())
      if (!take(element, value[key])) return false;
    return true;
  } else {
    if (!json.is_array()) return false;
    value.clear();
    value.reserve(json.size());
    for (const auto& element : json)
      if (typename T::value_type one{}; take(element, one)) value.push_back(std::move(one));
      else return false;
    return true;
  }
}

/// Reads the members of one object and remembers the first thing that is wrong with it.
class Members {
 public:
  /// `what` is named by errors. `json` must outlive this.
  Members(const Json& json, std::string what) : json_(json), what_(std::move(what)) {
    if (!json.is_object()) say("is an object, not " + std::string(json.type_name()));
  }

  template <class T>
  Members& needs(std::string_view key, T& value) {
    const Json* found = find(key);
    if (found == nullptr) say("lacks \"" + std::string(key) + "\"");
    else if (!take(*found, value)) say("\"" + std::string(key) + "\" has a wrong type or is out of range");
    return *this;
  }
  /// A key that is not there leaves `value` as it is.
  template <class T>
  Members& may_have(std::string_view key, T& value) {
    const Json* found = find(key);
    if (found != nullptr && !take(*found, value)) say("\"" + std::string(key) + "\" has a wrong type or is out of range");
    return *this;
  }
  void must(bool holds, const std::string& otherwise) {
    if (!holds) say(otherwise);
  }

  bool has(std::string_view key) const { return json_.is_object() && json_.contains(key); }
  bool fine() const { return problem_.empty(); }

  /// Nothing, or the first thing that was wrong, unknown keys included.
  std::string end() {
    if (problem_.empty() && taken_ != json_.size()) say("has an unknown key; known here:" + known_);
    return problem_;
  }

 private:
  const Json* find(std::string_view key) {
    known_ += " " + std::string(key);
    if (!problem_.empty()) return nullptr;
    const auto found = json_.find(key);
    if (found == json_.end()) return nullptr;
    ++taken_;
    return &*found;
  }
  void say(const std::string& text) {
    if (problem_.empty()) problem_ = what_ + " " + text;
  }

  const Json& json_;
  std::string what_, problem_, known_;
  std::size_t taken_ = 0;
};

}  // namespace assay::kernels
