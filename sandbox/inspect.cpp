#include "sandbox/inspect.h"

#include "sandbox/cgroup.h"
#include "sandbox/self_test.h"
#include "sandbox/worker.h"
#include "sandbox/zygote_process.h"

namespace assay::sandbox {
namespace {

constexpr CgroupLimits kGroupLimits{.memory_bytes = 64u << 20, .processes = 16};

std::string name_of_layer(Layers layer) {
  for (const auto& entry : kLayerNames)
    if (entry.layer == layer) return std::string(entry.name);
  return "always";
}

/// `layer` alone; 0: none, for what is always there.
void inspect_run_jail(Layers layer, std::vector<LayerStanding>& table) {
  const std::string name = name_of_layer(layer);
  std::optional<Cgroup> group;
  if (layer == kCgroups) {
    auto made = Cgroup::make(kGroupLimits);
    if (!made) return table.push_back({"run", name, "", Standing::absent, made.error().what});
    group.emplace(std::move(*made));
  }
  Cgroup* held = group ? &*group : nullptr;
  auto zygote = ZygoteProcess::start(layer, held);
  if (!zygote) return table.push_back({"run", name, "", Standing::broken, zygote.error().what});
  for (Probed& probed : probe_layers(zygote->socket(), layer, held))
    if (probed.layer == layer)
      table.push_back({"run", name, std::move(probed.tried), probed.got_through.empty() ? Standing::holds : Standing::broken,
                       std::move(probed.got_through)});
}

/// Its self-test comes with its start. It does not close the clock: Clang and Z3 are ours.
void inspect_worker(Layers layer, std::vector<LayerStanding>& table) {
  WorkerOptions options;
  for (const auto& entry : kLayerNames)
    if (entry.layer != layer) options.jail.without.emplace_back(entry.name);
  auto worker = Worker::start([](std::string_view) { return std::string(); }, options);
  const std::string tried = layer == kCgroups ? "was in no group" : "got through one of its probes";
  table.push_back({"worker", name_of_layer(layer), worker ? tried : "", worker ? Standing::holds : Standing::broken,
                   worker ? "" : worker.error().what});
}

}  // namespace

std::vector<LayerStanding> inspect_layers() {
  std::vector<LayerStanding> table;
  inspect_run_jail(0, table);
  for (const auto& entry : kLayerNames) inspect_run_jail(entry.layer, table);
  const bool groups = table.back().standing != Standing::absent;
  for (const auto& entry : kLayerNames)
    if (entry.layer != kClock && (entry.layer != kCgroups || groups)) inspect_worker(entry.layer, table);
  return table;
}

}  // namespace assay::sandbox
