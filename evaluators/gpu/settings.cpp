#include "evaluators/gpu/settings.h"

#include <algorithm>
#include <array>
#include <set>

namespace assay::evaluators::gpu {
namespace {

constexpr std::array<std::string_view, 4> kSources{"table", "live", "modelled", "none"};
constexpr std::string_view kBases[] = {"flash_attention_2", "vllm_default", "row_major"};

/// Reads the members of one instance; says what is wrong with them.
class Reader {
 public:
  Reader(Kind kind, const Json& json, std::string place, std::vector<std::string>& problems)
      : kind_(kind), json_(json), place_(std::move(place)), problems_(problems) {}

  void problem(const std::string& text) { problems_.push_back(place_ + ": " + text); }

  void only(std::initializer_list<std::string_view> keys) {
    for (const auto& [key, value] : json_.items())
      if (std::ranges::find(keys, key) == keys.end()) {
        std::string known;
        for (std::string_view each : keys) known += " " + std::string(each);
        problem("\"" + key + "\" is no setting of the gpu domain; it has" + known);
      }
  }

  void text(const char* key, std::string& value) {
    auto found = member_or<std::string>(json_, key, value, place_);
    if (!found) return problems_.push_back(found.error().what);
    value = std::move(*found);
  }

  template <class Number>
  void number(const char* key, Number& value, Number low, Number high) {
    auto found = member_or<Number>(json_, key, value, place_);
    if (!found) return problems_.push_back(found.error().what);
    if (*found < low || *found > high) return problem("\"" + std::string(key) + "\" lies within " + std::to_string(low) + " to " + std::to_string(high));
    value = *found;
  }

  void source(Source& source) {
    std::string name(name_of(source));
    text("figures", name);
    const auto at = std::ranges::find(kSources, name);
    if (at == kSources.end()) return problem("\"figures\" is \"" + name + "\"; it may be table, live, modelled or none");
    source = static_cast<Source>(at - kSources.begin());
  }

  void shapes(Settings& settings) {
    const auto found = json_.find("shapes");
    if (found == json_.end()) return problem("\"shapes\" is missing: a list of shapes, {\"each\": ...}, {\"draw\": ...} or \"table\"");
    if (*found == "table") {
      settings.shapes_of_table = true;
      return;
    }
    if (found->is_array()) {
      for (const Json& each : *found) add(each, settings);
    } else if (found->is_object() && found->size() == 1 && found->contains("each")) {
      each_of((*found)["each"], 0, Json::object(), settings);
    } else if (found->is_object() && found->size() == 1 && found->contains("draw")) {
      draw((*found)["draw"], settings);
    } else {
      return problem("\"shapes\" is a list of shapes, {\"each\": [axes]}, {\"draw\": {\"count\", \"seed\", \"of\": [axes]}} or \"table\"");
    }
    check(settings.shapes);
  }

 private:
  void add(const Json& json, Settings& settings) {
    if (settings.shapes.size() > kMostShapes) return;
    auto shape = shape_from(kind_, json);
    if (!shape) return problem("shape " + std::to_string(settings.shapes.size()) + ": " + shape.error().what);
    settings.shapes.push_back(*shape);
  }

  bool is_axis(const Json& axis) {
    if (axis.is_array() && !axis.empty() && std::ranges::all_of(axis, [](const Json& part) { return part.is_object(); })) return true;
    problem("an axis of \"shapes\" is a list of parts of a shape, such as [{\"length\": 512}, {\"length\": 4096}]");
    return false;
  }

  /// One part of every axis, in every way.
  void each_of(const Json& axes, std::size_t axis, const Json& so_far, Settings& settings) {
    if (!axes.is_array() || axes.empty()) return problem("\"each\" is a list of axes");
    if (axis == axes.size()) return add(so_far, settings);
    if (!is_axis(axes[axis])) return;
    for (const Json& part : axes[axis]) {
      Json joined = so_far;
      joined.update(part);
      each_of(axes, axis + 1, joined, settings);
      if (settings.shapes.size() > kMostShapes || !problems_.empty()) return;
    }
  }

  void draw(const Json& how, Settings& settings) {
    auto count = member<std::uint64_t>(how, "count", place_), seed = member<std::uint64_t>(how, "seed", place_);
    auto of = member<Json>(how, "of", place_);
    if (!count || !seed || !of || !of->is_array() || of->empty() || how.size() != 3 || *count < 1 || *count > kMostShapes)
      return problem("\"draw\" is {\"count\": 1 to " + std::to_string(kMostShapes) + ", \"seed\": number, \"of\": [axes]}");
    for (const Json& axis : *of)
      if (!is_axis(axis)) return;
    std::uint64_t state = *seed;
    std::set<std::string> seen;
    for (std::uint64_t tries = 0; tries < 64 * *count && seen.size() < *count; ++tries) {
      Json joined = Json::object();
      for (const Json& axis : *of) joined.update(axis[decode_split::next_random(state) % axis.size()]);
      const std::uint64_t own = decode_split::next_random(state) >> 1;
      if (kind_ != Kind::tile_order && !joined.contains("seed")) joined["seed"] = own;
      const auto shape = shape_from(kind_, joined);  // a seed without effect makes no other shape
      if (seen.insert(shape ? subject_of(*shape).text : joined.dump()).second) add(joined, settings);
      if (!problems_.empty()) return;
    }
    if (seen.size() < *count) problem("\"draw\" asks for more shapes than its axes have");
  }

  void check(const std::vector<Shape>& shapes) {
    if (shapes.empty()) return problem("an instance has one shape at least");
    std::set<std::string> seen;
    std::size_t decisions = 0;
    for (const Shape& shape : shapes) {
      Subject subject = subject_of(shape);
      decisions += subject.decisions;
      if (!seen.insert(subject.text).second) return problem("the shape " + subject.text + " is there twice");
    }
    if (shapes.size() > kMostShapes) problem("more than " + std::to_string(kMostShapes) + " shapes");
    if (decisions > kMostDecisions) problem("more than " + std::to_string(kMostDecisions) + " tiles in all");
  }

  Kind kind_;
  const Json& json_;
  std::string place_;
  std::vector<std::string>& problems_;
};

/// In the source tree kernels/ lies beside tasks/.
std::filesystem::path default_table(const std::filesystem::path& task_folder, const std::string& device, Kind kind) {
  std::error_code ignored;
  const auto whole = std::filesystem::weakly_canonical(task_folder, ignored);
  return (ignored ? task_folder : whole).parent_path().parent_path() / "kernels/tables" / device / (std::string(name_of(kind)) + ".jsonl");
}

}  // namespace

std::string_view name_of(Source source) { return kSources[static_cast<std::size_t>(source)]; }

Settings read_settings(Kind kind, const Json& json, const std::filesystem::path& task_folder, const std::string& place, std::vector<std::string>& problems) {
  Settings settings;
  settings.base = kBases[static_cast<std::size_t>(kind)];
  std::vector<std::string> own;
  Reader read(kind, json, place, own);
  read.only({"shapes", "base", "figures", "device", "table", "gpu", "seed", "rounds", "budget_ms"});
  read.text("base", settings.base);
  read.source(settings.figures);
  read.text("device", settings.device);
  read.text("gpu", settings.gpu);
  read.number<std::uint64_t>("seed", settings.seed, 0, 1ull << 62);
  read.number("rounds", settings.rounds, 1, 1000);
  read.number("budget_ms", settings.budget_ms, 1, 600'000);
  if (settings.device.empty() || settings.device.find_first_of("/\\") != std::string::npos || settings.device.starts_with("."))
    read.problem("\"device\" is the name of a folder in kernels/tables, such as \"nvidia-h200\"");
  std::string table;
  read.text("table", table);
  settings.table = table.empty() ? default_table(task_folder, settings.device, kind) : task_folder / table;
  read.shapes(settings);
  if (settings.shapes_of_table && settings.figures != Source::table) read.problem("\"shapes\": \"table\" needs \"figures\": \"table\"");
  problems.insert(problems.end(), own.begin(), own.end());
  return settings;
}

}  // namespace assay::evaluators::gpu
