#include "tasks/task.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "tasks/json_places.h"

namespace assay::tasks {
namespace {

namespace fs = std::filesystem;

constexpr Split kSplits[] = {Split::train, Split::validation, Split::holdout};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string shortened(const Json& value) {
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

/// task.json with the places of its values; collects what is wrong with it.
class Settings {
 public:
  Settings(Json root, JsonPlaces places, std::string path, std::vector<std::string>& problems)
      : root_(std::move(root)), places_(std::move(places)), path_(std::move(path)), problems_(problems) {
    for (const std::string& pointer : places_.duplicates) problem(pointer, "stands twice; remove one of them");
  }

  const Json& root() const { return root_; }
  int line(const std::string& pointer) const { return places_.line(pointer); }

  /// `message` continues "task.json:7: \"limits\" ".
  void problem(const std::string& pointer, const std::string& message) {
    const std::string name = pointer.empty() ? "the file" : name_of(pointer);
    problems_.push_back(path_ + ":" + std::to_string(line(pointer)) + ": " + name + " " + message);
  }

  /// The value at `pointer`; null when it is absent or, having said so, when it is not of `type`.
  const Json* find(const std::string& pointer, Json::value_t type, const std::string& expected) {
    const Json* found = at(pointer);
    if (found == nullptr) return nullptr;
    const bool integer = type == Json::value_t::number_unsigned && found->is_number_unsigned();
    if (integer || found->type() == type) return found;
    problem(pointer, "is " + shortened(*found) + "; it must be " + expected);
    return nullptr;
  }

  std::string text(const std::string& key, const std::string& meaning) {
    const std::string pointer = "/" + key;
    if (at(pointer) == nullptr) {
      problem("", "has no \"" + key + "\"; add it: " + meaning);
      return "";
    }
    const Json* found = find(pointer, Json::value_t::string, meaning);
    if (found != nullptr && found->get<std::string>().empty()) problem(pointer, "is empty; it must be " + meaning);
    return found == nullptr ? "" : found->get<std::string>();
  }

  /// `fallback` when absent or wrong.
  std::uint64_t number(const std::string& pointer, std::uint64_t fallback, std::uint64_t max) {
    const std::string expected = "a whole number from 1 to " + std::to_string(max);
    const Json* found = find(pointer, Json::value_t::number_unsigned, expected);
    if (found == nullptr) return fallback;
    const auto value = found->get<std::uint64_t>();
    if (value >= 1 && value <= max) return value;
    problem(pointer, "is " + std::to_string(value) + "; it must be " + expected);
    return fallback;
  }

  void only(const std::string& pointer, const std::vector<std::string>& known) {
    const Json* object = at(pointer);
    if (object == nullptr || !object->is_object()) return;
    for (const auto& [key, value] : object->items())
      if (std::ranges::find(known, key) == known.end())
        problem(pointer + "/" + key, "is not a key here; the keys are: " + joined(known));
  }

 private:
  /// "/limits/memory" -> "memory" in quotes, "/instances/train/3" -> "train[3]" in quotes.
  static std::string name_of(const std::string& pointer) {
    const auto last = pointer.rfind('/');
    const std::string key = pointer.substr(last + 1);
    std::string name = "\"";
    if (last > 0 && key.find_first_not_of("0123456789") == std::string::npos)
      name.append(pointer, pointer.rfind('/', last - 1) + 1, last - pointer.rfind('/', last - 1) - 1).append("[" + key + "]");
    else
      name.append(key);
    return name.append("\"");
  }

  const Json* at(const std::string& pointer) const {
    const Json::json_pointer place(pointer);
    return root_.contains(place) ? &root_.at(place) : nullptr;
  }

  Json root_;
  JsonPlaces places_;
  std::string path_;
  std::vector<std::string>& problems_;
};

void read_instance(Settings& settings, const std::string& pointer, const Json& entry, Split split, Task& task) {
  if (!entry.is_object()) return settings.problem(pointer, "is not an object; write {\"name\": ..., settings}");
  InstanceSpec spec;
  spec.split = split;
  spec.line = settings.line(pointer);
  const Json* name = settings.find(pointer + "/name", Json::value_t::string, "the instance's name");
  if (name != nullptr) spec.name = name->get<std::string>();
  if (!entry.contains("name") || (name != nullptr && spec.name.empty()))
    settings.problem(pointer, "is an instance without a name; add \"name\": \"...\", unique in the task");
  if (!spec.name.empty() && std::ranges::find(task.instances, spec.name, &InstanceSpec::name) != task.instances.end())
    settings.problem(pointer + "/name", "is \"" + spec.name + "\", like an earlier instance; names are unique in the task");
  spec.settings = entry;
  spec.settings.erase("name");
  task.instances.push_back(std::move(spec));
}

void read_instances(Settings& settings, Task& task) {
  const Json* all = settings.find("/instances", Json::value_t::object,
                                  "an object with the lists \"train\", \"validation\" and \"holdout\"");
  if (all == nullptr) {
    if (!settings.root().contains("instances"))
      settings.problem("", "has no \"instances\"; add {\"train\": [...], \"validation\": [...], \"holdout\": [...]}");
    return;
  }
  settings.only("/instances", {"train", "validation", "holdout"});
  for (const Split split : kSplits) {
    const std::string key(name_of(split)), pointer = "/instances/" + key;
    if (!all->contains(key)) {
      settings.problem("/instances", "has no \"" + key + "\"; add it: a list of at least one instance");
      continue;
    }
    const Json* list = settings.find(pointer, Json::value_t::array, "a list of instances");
    if (list == nullptr) continue;
    if (list->empty()) settings.problem(pointer, "is empty; give it at least one instance");
    for (std::size_t i = 0; i < list->size(); ++i)
      read_instance(settings, pointer + "/" + std::to_string(i), (*list)[i], split, task);
  }
}

/// "defaults": settings of every instance that does not say otherwise itself.
void read_defaults(Settings& settings, Task& task) {
  const Json* defaults = settings.find("/defaults", Json::value_t::object, "an object: settings of every instance that does not have its own");
  if (defaults == nullptr) return;
  if (defaults->contains("name")) settings.problem("/defaults/name", "is no setting; each instance has its own name");
  for (InstanceSpec& spec : task.instances)
    for (const auto& [key, value] : defaults->items())
      if (!spec.settings.contains(key)) spec.settings[key] = value;
}

void read_limits(Settings& settings, Limits& limits) {
  settings.find("/limits", Json::value_t::object, "an object");
  settings.only("/limits", {"run_milliseconds", "memory_mib", "instructions"});
  const auto default_run = static_cast<std::uint64_t>(limits.run.count());
  limits.run = std::chrono::milliseconds(settings.number("/limits/run_milliseconds", default_run, 600'000));
  limits.memory_bytes = settings.number("/limits/memory_mib", limits.memory_bytes >> 20, 65'536) << 20;
  limits.instructions = settings.number("/limits/instructions", limits.instructions, 1'000'000);
}

void read_native_baselines(Settings& settings, Task& task) {
  const Json* names = settings.find("/native_baselines", Json::value_t::array, "a list of names");
  if (names == nullptr) return;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const std::string pointer = "/native_baselines/" + std::to_string(i);
    const Json* name = settings.find(pointer, Json::value_t::string, "the name of a native baseline");
    if (name == nullptr) continue;
    if (std::ranges::find(task.native_baselines, name->get<std::string>()) != task.native_baselines.end())
      settings.problem("/native_baselines", "lists \"" + name->get<std::string>() + "\" twice; remove one of them");
    task.native_baselines.push_back(name->get<std::string>());
  }
}

void read_settings(Settings& settings, Task& task) {
  if (!settings.root().is_object()) return settings.problem("", "is not a JSON object; write {\"domain\": ..., ...}");
  settings.only("", {"domain", "objective", "direction", "limits", "defaults", "instances", "native_baselines", "search"});
  for (const auto& [key, value] : settings.root().items()) task.lines[key] = settings.line("/" + key);
  task.domain = settings.text("domain", "the name of a folder in evaluators/, such as \"cache\"");
  task.objective = settings.text("objective", "a metric of the domain, such as \"miss_ratio\"");
  const std::string direction = settings.text("direction", "\"minimise\" or \"maximise\"");
  if (direction == "maximise") task.direction = Direction::maximise;
  if (!direction.empty() && direction != "minimise" && direction != "maximise")
    settings.problem("/direction", "is \"" + direction + "\"; it must be \"minimise\" or \"maximise\"");
  read_limits(settings, task.limits);
  read_instances(settings, task);
  read_defaults(settings, task);
  read_native_baselines(settings, task);
  task.search = Json::object();
  if (const Json* search = settings.find("/search", Json::value_t::object, "an object of campaign defaults"))
    task.search = *search;
}

void read_task_json(const fs::path& path, Task& task, std::vector<std::string>& problems) {
  auto text = read_file(path);
  if (!text) return problems.push_back(text.error().what + "; add task.json: domain, objective, direction, instances");
  auto root = parse_json(*text, path.string());
  if (!root) return problems.push_back(root.error().what + "; mend the JSON there");
  Settings settings(std::move(*root), json_places(*text), path.string(), problems);
  read_settings(settings, task);
}

void read_prompt(const fs::path& path, Task& task, std::vector<std::string>& problems) {
  auto text = read_file(path);
  if (!text) return problems.push_back(text.error().what + "; add prompt.md: the problem, told to a model");
  if (text->find_first_not_of(" \t\r\n") == std::string::npos)
    return problems.push_back(path.string() + ":1: the prompt is empty; tell a model the problem");
  task.prompt = std::move(*text);
}

void read_baselines(const fs::path& folder, Task& task, std::vector<std::string>& problems) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".cpp") paths.push_back(entry->path());
  if (error || paths.empty())
    return problems.push_back(folder.string() + (error ? ": " + error.message() : ": no *.cpp in it") +
                              "; add at least one policy, which also seeds the search");
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    auto text = read_file(path);
    if (!text) problems.push_back(text.error().what + "; a baseline is a readable file");
    if (text) task.baselines.push_back({std::move(*text), path.stem().string()});
  }
}

std::string place_in(const fs::path& folder, int line) {
  return (folder / "task.json").string() + (line > 0 ? ":" + std::to_string(line) : "");
}

/// "tasks/x/", "tasks/x" and "." from within all have the name x.
std::string folder_name(const fs::path& folder) {
  std::error_code error;
  fs::path whole = fs::canonical(folder, error);
  return (error ? folder : whole).filename().string();
}

}  // namespace

std::string_view name_of(Split split) {
  switch (split) {
    case Split::train: return "train";
    case Split::validation: return "validation";
    case Split::holdout: return "holdout";
  }
  return "";
}

std::vector<InstanceSpec> Task::split(Split which) const {
  std::vector<InstanceSpec> found;
  std::ranges::copy_if(instances, std::back_inserter(found), [&](const auto& spec) { return spec.split == which; });
  return found;
}

std::string Task::place(std::string_view key) const {
  const auto found = lines.find(key);
  return place_in(folder, found == lines.end() ? 0 : found->second);
}

std::string Task::place(const InstanceSpec& spec) const { return place_in(folder, spec.line); }

void override_settings(Task& task, const Json& settings) {
  for (InstanceSpec& spec : task.instances) spec.settings.update(settings);
  task.overrides.update(settings);
}

Result<Task> load_task(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return fail(folder.string() + ": not a folder" + (error ? " (" + error.message() + ")" : "") +
                "; a task is a folder with policy.h, task.json, prompt.md and baselines/");
  Task task;
  task.folder = folder;
  task.name = folder_name(folder);
  std::vector<std::string> problems;
  if (auto contract = read_contract(folder / "policy.h"))
    task.contract = std::move(*contract);
  else
    problems.push_back(contract.error().what);
  read_task_json(folder / "task.json", task, problems);
  read_prompt(folder / "prompt.md", task, problems);
  read_baselines(folder / "baselines", task, problems);
  if (problems.empty()) return task;
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return fail(std::move(all));
}

}  // namespace assay::tasks
