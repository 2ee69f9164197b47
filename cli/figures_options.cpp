#include "cli/figures_options.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/output.h"
#include "evaluators/gpu/live/worker.h"

namespace assay::cli {

void add_figures_options(CLI::App& command, FiguresArguments& arguments) {
  command.add_option("--figures", arguments.figures, "tasks of the gpu domain: table (measured before), live (measured now) or modelled (no measurement)")
      ->check(CLI::IsMember({"table", "live", "modelled"}));
  command.add_option("--gpu", arguments.gpu, "with live figures: where the worker is: local (default), cpu[:THREADS], ssh:HOST; alone: live if it answers, else table");
  command.add_option("--table", arguments.table, "with figures by table: the file (default: kernels/tables/DEVICE/KIND.jsonl beside the task)");
  command.add_flag("--table-shapes", arguments.table_shapes, "evaluate on the shapes that the table has, split by their place in it, and not on the task's own");
}

Result<Json> figures_overrides(const FiguresArguments& arguments) {
  Json overrides = Json::object();
  std::string figures = arguments.figures;
  if (!arguments.gpu.empty()) {
    if (auto known = evaluators::gpu::worker_command(arguments.gpu); !known) return fail("--gpu " + arguments.gpu + ": " + known.error().what);
    if (!figures.empty() && figures != "live") return fail("--gpu says where figures are measured: it goes with --figures live");
    if (figures.empty()) {
      auto worker = evaluators::gpu::Worker::start(arguments.gpu);
      figures = worker ? "live" : "table";
      if (!worker) say("figures by table: " + worker.error().what);
    }
    if (figures == "live") overrides["gpu"] = arguments.gpu;
  }
  if (!arguments.table.empty() || arguments.table_shapes) {
    if (figures.empty()) figures = "table";
    if (figures != "table") return fail("--table and --table-shapes go with --figures table");
  }
  if (!arguments.table.empty()) {
    std::error_code code;
    const auto path = std::filesystem::absolute(arguments.table, code);
    if (code || !std::filesystem::exists(path, code)) return fail("--table " + arguments.table + ": no such file");
    overrides["table"] = path.string();
  }
  if (arguments.table_shapes) overrides["shapes"] = "table";
  if (!figures.empty()) overrides["figures"] = figures;
  return overrides;
}

}  // namespace assay::cli
