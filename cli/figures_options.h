#pragma once
// The options with which a user says where the figures of a task of the gpu domain come from: --figures, --gpu, --table.

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct FiguresArguments {
  std::string figures;  ///< "table", "live" or "modelled"
  std::string gpu;      ///< where a worker is (evaluators/gpu/live/worker.h)
  std::string table;    ///< a file
  bool table_shapes = false;
  bool any() const { return !figures.empty() || !gpu.empty() || !table.empty() || table_shapes; }
};

void add_figures_options(CLI::App& command, FiguresArguments& arguments);

/// Settings over those of the task's instances; none where nothing was said. A place of a worker alone means: live where a worker with a device
/// answers there, else by table, which is said on stderr.
Result<Json> figures_overrides(const FiguresArguments& arguments);

}  // namespace assay::cli
