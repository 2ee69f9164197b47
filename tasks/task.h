#pragma once
// A task folder, loaded and validated: the problem as data (docs/adding-a-task.md).

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/source.h"
#include "tasks/contract.h"

namespace assay::tasks {

/// Selection sees train, promotion sees validation, the report shows holdout; a model never sees the last two.
enum class Split : std::uint8_t { train, validation, holdout };
std::string_view name_of(Split split);

enum class Direction : std::uint8_t { minimise, maximise };

/// One instance. `settings` belongs to the domain (evaluators/), which validates it.
struct InstanceSpec {
  std::string name;  ///< unique in the task
  Split split = Split::train;
  Json settings;
  int line = 0;  ///< in task.json, for messages about the settings
};

struct Limits {
  std::chrono::milliseconds run{2000};       ///< per instance, wall
  std::uint64_t memory_bytes = 512u << 20;   ///< address space that the run may use beyond its mappings
  std::uint64_t instructions = 4096;         ///< termination bound of the certificate: IR instructions per call
};

struct Task {
  std::filesystem::path folder;
  std::string name;  ///< the folder's name
  std::string domain;
  std::string objective;  ///< a metric of the domain
  Direction direction = Direction::minimise;
  Limits limits;
  Contract contract;
  std::string prompt;  ///< prompt.md
  std::vector<InstanceSpec> instances;
  std::vector<Source> baselines;               ///< baselines/*.cpp sorted by name; name = stem
  std::vector<std::string> native_baselines;   ///< names that the domain knows
  Json search;                                 ///< campaign defaults; evolve validates it
  std::map<std::string, int, std::less<>> lines;  ///< in task.json, of its top-level keys
  Json overrides = Json::object();             ///< settings put over every instance's own: `override_settings`

  std::vector<InstanceSpec> split(Split which) const;
  /// "tasks/x/task.json:7", the place of a top-level key or of an instance, for messages about what it holds. Without the
  /// line where there is none.
  std::string place(std::string_view key) const;
  std::string place(const InstanceSpec& spec) const;
  /// Smaller is better, whatever the direction.
  double loss(double objective_value) const { return direction == Direction::minimise ? objective_value : -objective_value; }
};

/// Puts settings over those of every instance, in place of what is in the folder. They are remembered in Task::overrides.
void override_settings(Task& task, const Json& settings);

/// The Error lists every problem found in the folder, each with file, line where there is one, and mend.
Result<Task> load_task(const std::filesystem::path& folder);

}  // namespace assay::tasks
