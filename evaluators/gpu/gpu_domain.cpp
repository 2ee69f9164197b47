#include "evaluators/gpu/gpu_domain.h"

#include <algorithm>
#include <set>

#include "evaluators/gpu/driver_text.h"
#include "evaluators/gpu/gpu_instance.h"
#include "evaluators/gpu/live/live_figures.h"
#include "evaluators/gpu/model.h"
#include "evaluators/gpu/natives.h"
#include "evaluators/gpu/settings.h"
#include "evaluators/gpu/table_figures.h"

namespace assay::evaluators::gpu {
namespace {

constexpr std::size_t kProbeShapes = 96, kProbeTiles = 4096;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::string three_ways(Kind kind) {
  return "three ways to have figures: --figures live --gpu local|ssh:HOST measures now, on a device; --figures table --table FILE takes what was measured (" +
         std::string(name_of(kind)) + ".jsonl by kernels/measure_all); --figures modelled is arithmetic about a device, and no measurement";
}

struct Opened {
  Device device;
  std::shared_ptr<const Figures> figures;       ///< null: none
  std::shared_ptr<const TableFigures> table;    ///< of a table, the same
};

Result<Opened> open_source(const Settings& settings, Kind kind) {
  if (settings.figures == Source::none) {
    auto device = device_named(settings.device);
    if (!device) device = device_named("nvidia-h200");  // nothing that is decided counts
    return Opened{std::move(*device), nullptr, nullptr};
  }
  if (settings.figures == Source::table) {
    auto table = TableFigures::load(settings.table, kind);
    if (!table) return fail("no figures by table: " + table.error().what + "\n" + three_ways(kind));
    return Opened{(*table)->device(), *table, *table};
  }
  auto figures = settings.figures == Source::modelled ? modelled_figures(settings.device)
                                                      : live_figures(settings.gpu, {.seed = settings.seed, .rounds = settings.rounds, .budget_ms = settings.budget_ms});
  if (!figures) return fail("no figures, " + std::string(name_of(settings.figures)) + ": " + figures.error().what + "\n" + three_ways(kind), figures.error().fault);
  return Opened{(*figures)->device(), *figures, nullptr};
}

/// Of the table's shapes: half for train, a quarter each for validation and holdout; in turn for the instances of a split.
Result<std::vector<Shape>> share_of_table(const tasks::Task& task, const tasks::InstanceSpec& spec, const TableFigures& table) {
  const std::vector<tasks::InstanceSpec> siblings = task.split(spec.split);
  const auto self = std::ranges::find(siblings, spec.name, &tasks::InstanceSpec::name);
  const auto place = static_cast<std::size_t>(self - siblings.begin()), count = std::max<std::size_t>(siblings.size(), 1);
  std::vector<Shape> shapes;
  std::size_t turn = 0;
  for (std::size_t i = 0; i < table.shapes().size(); ++i) {
    const tasks::Split split = i % 4 < 2 ? tasks::Split::train : i % 4 == 2 ? tasks::Split::validation : tasks::Split::holdout;
    if (split == spec.split && turn++ % count == place % count) shapes.push_back(table.shapes()[i]);
  }
  if (shapes.empty()) return fail("instance \"" + spec.name + "\": the table has " + std::to_string(table.shapes().size()) + " shapes, and none is left for it; take a larger table, or a task with fewer instances");
  return shapes;
}

Workload workload_of(Kind kind, const std::vector<Shape>& shapes) {
  Workload workload{kind, {}};
  for (const Shape& shape : shapes) workload.subjects.push_back(subject_of(shape));
  return workload;
}

bool is_native(Kind kind, const std::string& name) {
  const auto natives = natives_of(kind);
  return std::ranges::find(natives, name) != natives.end();
}

std::string names(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& name : all) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class GpuDomain final : public Domain {
 public:
  std::string_view name() const override { return "gpu"; }

  Result<void> check(const tasks::Task& task) const override {
    auto kind = check_contract(task.contract);
    if (!kind) return std::unexpected(kind.error());
    std::vector<std::string> problems;
    check_objective(task, problems);
    for (const auto& native : task.native_baselines)
      if (!is_native(*kind, native) && native != kOracle)
        problems.push_back(task.place("native_baselines") + ": native baseline \"" + native + "\" is unknown; known: " + names(natives_of(*kind)) + ", oracle");
    check_instances(task, *kind, problems);
    if (!problems.empty()) return fail(joined(problems));
    return {};
  }

  Result<std::string> driver(const tasks::Contract& contract) const override { return driver_text(contract); }

  Result<std::unique_ptr<Instance>> load(const tasks::Task& task, const tasks::InstanceSpec& spec) const override {
    auto kind = check_contract(task.contract);
    if (!kind) return std::unexpected(kind.error());
    std::vector<std::string> problems;
    const Settings settings = read_settings(*kind, spec.settings, task.folder, "instance \"" + spec.name + "\"", problems);
    if (!is_native(*kind, settings.base)) problems.push_back(unknown_base(*kind, settings));
    if (!problems.empty()) return fail(joined(problems));
    auto source = open_source(settings, *kind);
    if (!source) return std::unexpected(source.error());
    std::vector<Shape> shapes = settings.shapes;
    if (settings.shapes_of_table) {
      auto share = share_of_table(task, spec, *source->table);
      if (!share) return std::unexpected(share.error());
      shapes = std::move(*share);
    }
    return make_instance({spec.name, task.objective, task.limits, workload_of(*kind, shapes), source->device, source->figures, settings.base});
  }

  std::vector<std::string> baselines() const override {
    std::vector<std::string> all;
    for (Kind kind : kKinds)
      for (std::string& name : natives_of(kind)) all.push_back(std::move(name));
    all.emplace_back(kOracle);
    return all;
  }

  std::span<const Descriptor> descriptors() const override {
    static constexpr Descriptor kDescriptors[] = {{"decision_level", 0, 1, false}, {"decision_share", 0, 1, false}};
    return kDescriptors;
  }

  std::span<const std::string_view> objectives() const override {
    static constexpr std::string_view kMinimised[] = {"worst_slowdown"};
    return kMinimised;
  }

  /// Shapes of all sizes, whose figures nobody knows: what is decided is compared, and not what it takes.
  Result<std::unique_ptr<Instance>> probe(const tasks::Task& task) const override {
    auto kind = check_contract(task.contract);
    if (!kind) return std::unexpected(kind.error());
    auto device = device_named("nvidia-h200");
    if (!device) return std::unexpected(device.error());
    Workload workload{*kind, {}};
    std::set<std::string> seen;
    for (std::uint64_t seed = 1; workload.subjects.size() < kProbeShapes && workload.decisions() < kProbeTiles; ++seed)
      if (Subject subject = subject_of(random_shape(*kind, seed)); seen.insert(subject.text).second) workload.subjects.push_back(std::move(subject));
    return make_instance({"probe", task.objective, task.limits, std::move(workload), std::move(*device), nullptr, natives_of(*kind).front()});
  }

  Json rules_only() const override { return {{"figures", "none"}}; }

 private:
  static std::string unknown_base(Kind kind, const Settings& settings) {
    return "\"base\" is \"" + settings.base + "\"; it may be " + names(natives_of(kind));
  }

  static void check_objective(const tasks::Task& task, std::vector<std::string>& problems) {
    if (std::ranges::find(kObjectives, task.objective) == std::end(kObjectives))
      problems.push_back(task.place("objective") + ": objective \"" + task.objective + "\" is unknown to the gpu domain; known: speedup, geometric_mean, worst_ratio");
    else if (task.direction != tasks::Direction::maximise)
      problems.push_back(task.place("direction") + ": \"" + task.objective + "\" wants the other direction; write \"maximise\"");
  }

  /// Figures of different sources are not comparable, so that one task has one; and no shape is in two splits.
  static void check_instances(const tasks::Task& task, Kind kind, std::vector<std::string>& problems) {
    std::map<std::string, const tasks::InstanceSpec*> seen;
    std::optional<Settings> first;
    for (const auto& spec : task.instances) {
      const std::string place = task.place(spec) + ": instance \"" + spec.name + "\"";
      const Settings settings = read_settings(kind, spec.settings, task.folder, place, problems);
      if (!is_native(kind, settings.base)) problems.push_back(place + ": " + unknown_base(kind, settings));
      if (!first) first = settings;
      else if (first->figures != settings.figures || first->device != settings.device || first->table != settings.table || first->gpu != settings.gpu ||
               first->base != settings.base || first->shapes_of_table != settings.shapes_of_table)
        problems.push_back(place + ": its figures are not those of the other instances (figures, device, table, gpu, base, \"shapes\": \"table\"); one task has one kind of figures");
      for (const Shape& shape : settings.shapes) {
        auto [at, is_new] = seen.try_emplace(to_json(shape).dump(), &spec);
        if (!is_new && at->second->split != spec.split)
          problems.push_back(place + ": the shape " + at->first + " is in \"" + at->second->name + "\", too: splits share no shape");
      }
    }
  }
};

}  // namespace

const Domain& gpu_domain() {
  static const GpuDomain domain;
  return domain;
}

}  // namespace assay::evaluators::gpu
