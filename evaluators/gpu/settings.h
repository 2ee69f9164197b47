#pragma once
// The settings of an instance of the gpu domain (docs/gpu.md).

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/gpu/problem.h"

namespace assay::evaluators::gpu {

/// Where figures come from. `none`: from nowhere; decisions are checked and the score is 0.
enum class Source : std::uint8_t { table, live, modelled, none };
std::string_view name_of(Source source);

struct Settings {
  std::vector<Shape> shapes;     ///< empty with shapes_of_table
  bool shapes_of_table = false;  ///< those that the table has, a share for each instance of the task
  std::string base;              ///< the native baseline that counts as 1
  Source figures = Source::table;
  std::string device = "nvidia-h200";  ///< whose folder the table is in, and which one the model is of
  std::filesystem::path table;
  std::string gpu = "local";     ///< which worker: live/worker_place.h
  std::uint64_t seed = 7;        ///< of the worker's inputs
  int rounds = 8;                ///< of a measurement
  int budget_ms = 2000;          ///< of the measurement of one shape
};

inline constexpr std::size_t kMostShapes = 8192;
inline constexpr std::size_t kMostDecisions = 1u << 24;

/// What is wrong is added to `problems`, each beginning with `place`.
Settings read_settings(Kind kind, const Json& json, const std::filesystem::path& task_folder, const std::string& place, std::vector<std::string>& problems);

}  // namespace assay::evaluators::gpu
