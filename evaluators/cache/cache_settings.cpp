#include "evaluators/cache/cache_settings.h"

#include <algorithm>
#include <set>

namespace assay::evaluators::cache {
namespace {

constexpr std::uint64_t kMaxCapacity = 1ull << 50;  // what Cache::capacity may be declared to hold

class Reader {
 public:
  Reader(const Json& json, std::string name, std::vector<std::string>& problems)
      : json_(json), name_(std::move(name)), problems_(problems) {}

  CacheSettings read(const std::filesystem::path& folder) {
    CacheSettings settings;
    if (!json_.is_object()) {
      problem("the settings are no JSON object; write {\"trace\": ..., \"capacity\": ...}");
      return settings;
    }
    known_keys(json_, {"trace", "window", "capacity", "size_aware", "format", "columns", "allow_unsorted"}, "");
    trace(settings, folder);
    window(settings);
    capacity(settings);
    reading(settings);
    return settings;
  }

 private:
  void problem(const std::string& text) { problems_.push_back(name_ + ": " + text); }

  template <class T>
  T take(Result<T> value, T otherwise, const std::string& expected) {
    if (value) return *value;
    problems_.push_back(value.error().what + "; it must be " + expected);
    return otherwise;
  }

  void known_keys(const Json& object, const std::set<std::string>& known, const std::string& where) {
    for (const auto& [key, value] : object.items()) {
      if (known.contains(key)) continue;
      std::string names;
      for (const auto& each : known) names += (names.empty() ? "" : ", ") + each;
      problem(where + "\"" + key + "\" is not a key here; the keys are: " + names);
    }
  }

  void trace(CacheSettings& settings, const std::filesystem::path& folder) {
    if (!json_.contains("trace")) return problem("\"trace\" is missing; add it: the path of a trace, from the task's folder");
    const auto name = take(member<std::string>(json_, "trace", name_), std::string("."), "the path of a trace, from the task's folder");
    settings.trace = folder / name;
    if (!json_["trace"].is_string()) return;
    std::error_code error;
    if (!std::filesystem::exists(settings.trace, error) || std::filesystem::is_directory(settings.trace, error))
      problem("\"trace\" is \"" + name + "\": " + settings.trace.string() +
              " is no file; give a path from the task's folder");
  }

  void window(CacheSettings& settings) {
    if (!json_.contains("window")) return;
    const Json& json = json_["window"];
    const bool numbers = json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number();
    if (numbers) {
      settings.from = json[0].get<double>();
      settings.to = json[1].get<double>();
    }
    if (!numbers || !(settings.from >= 0 && settings.from < settings.to && settings.to <= 1))
      problem("\"window\" is " + json.dump() + "; it must be [from, to] with 0 <= from < to <= 1");
  }

  void capacity(CacheSettings& settings) {
    const Json json = json_.contains("capacity") ? json_["capacity"] : Json();
    const bool is_one = json.is_object() && json.size() == 1;
    if (!is_one) return problem("\"capacity\" must be one of {\"objects\": n}, {\"bytes\": n}, {\"share\": s}");
    const std::string key = json.begin().key();
    const bool size_aware = take(member_or<bool>(json_, "size_aware", key == "bytes", name_), false, "true or false");
    settings.capacity.unit = size_aware ? Unit::bytes : Unit::objects;
    if (key == "share") return share(settings, json[key]);
    if (!unit_named(key)) return problem("\"capacity\" has \"" + key + "\"; it must be objects, bytes or share");
    if (*unit_named(key) != settings.capacity.unit)
      problem("a capacity in " + key + " needs \"size_aware\": " + (key == "bytes" ? "true" : "false"));
    if (!json[key].is_number_unsigned() || json[key] == 0 || json[key].get<std::uint64_t>() > kMaxCapacity)
      return problem("a capacity of " + json[key].dump() + "; it must be a whole number from 1 to 2^50");
    settings.capacity.amount = json[key].get<std::uint64_t>();
  }

  void share(CacheSettings& settings, const Json& json) {
    const double value = json.is_number() ? json.get<double>() : 0;
    if (!(value > 0 && value <= 1)) return problem("a share of " + json.dump() + "; it must be over 0 and at most 1");
    settings.capacity.share = value;
  }

  void reading(CacheSettings& settings) {
    settings.read.allow_unsorted = take(member_or<bool>(json_, "allow_unsorted", false, name_), false, "true or false");
    if (json_.contains("format")) {
      settings.read.format = trace_format_named(take(member<std::string>(json_, "format", name_), std::string("oracle"), "oracle, csv or ids"));
      if (!settings.read.format) problem("\"format\" is " + json_["format"].dump() + "; it must be oracle, csv or ids");
    }
    if (!json_.contains("columns")) return;
    const Json& columns = json_["columns"];
    if (!columns.is_object()) return problem("\"columns\" must be an object of time, id and size");
    known_keys(columns, {"time", "id", "size"}, "columns: ");
    auto& csv = settings.read.csv;
    const std::string expected = "the name of a column, or its number as text";
    csv.time = take(member_or<std::string>(columns, "time", "", name_), std::string(), expected);
    csv.id = take(member_or<std::string>(columns, "id", "", name_), std::string(), expected);
    csv.size = take(member_or<std::string>(columns, "size", "", name_), std::string(), expected);
  }

  const Json& json_;
  std::string name_;
  std::vector<std::string>& problems_;
};

}  // namespace

CacheSettings read_settings(const Json& settings, const std::filesystem::path& folder, const std::string& name,
                            std::vector<std::string>& problems) {
  return Reader(settings, name, problems).read(folder);
}

}  // namespace assay::evaluators::cache
