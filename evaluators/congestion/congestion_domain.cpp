#include "evaluators/congestion/congestion_domain.h"

#include <algorithm>

#include "base/file.h"
#include "evaluators/congestion/congestion_settings.h"
#include "evaluators/congestion/driver_text.h"
#include "evaluators/congestion/scorer.h"

namespace assay::evaluators::congestion {
namespace {

const Metric* objective_named(std::string_view name) {
  const auto found = std::ranges::find(metrics(), name, &Metric::name);
  return found == metrics().end() ? nullptr : &*found;
}

tasks::Direction direction_of(const Metric& metric) { return metric.more_is_better ? tasks::Direction::maximise : tasks::Direction::minimise; }

/// A plan and its image, for the scorer and for the jail. Immutable.
struct Loaded {
  Plan plan;
  Image image;
  FileDescriptor fd;
};

Result<std::shared_ptr<const Loaded>> share(Plan plan) {
  Image image(plan);
  const auto bytes = image.bytes();
  auto fd = make_sealed_memfd("congestion", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!fd) return std::unexpected(fd.error());
  return std::make_shared<const Loaded>(std::move(plan), std::move(image), std::move(*fd));
}

class CongestionInstance final : public Instance {
 public:
  CongestionInstance(const tasks::Task& task, std::string name, std::shared_ptr<const Loaded> loaded)
      : name_(std::move(name)), loaded_(std::move(loaded)), objective_(objective_named(task.objective)), limits_(task.limits),
        state_bytes_(state_bytes(task.contract)) {}

  const std::string& name() const override { return name_; }

  Digest digest() const override {
    const auto bytes = loaded_->image.bytes();
    return sha256("congestion instance\n" + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }

  sandbox::RunRequest request(const Binary& binary, std::optional<double>) const override {
    const auto& scenario = loaded_->image.scenario();
    return {.binary = binary,
            .input_fd = loaded_->fd.get(),
            .input_bytes = loaded_->image.bytes().size(),
            .arguments = "",
            .arena_bytes = network_bytes(scenario) + scenario.flows * state_bytes_,
            .output_bytes = most_events(scenario) * 2 * sizeof(std::uint32_t),
            .memory_bytes = limits_.memory_bytes,
            .deadline = limits_.run};
  }

  Attempt<Score> score(std::span<const std::byte> decisions) const override {
    auto measured = replay_decisions(loaded_->image, decisions);
    if (!measured) return std::unexpected(measured.error());
    return score_of(*measured);
  }

  /// The moment lies in the middle half, so that there is something on either side.
  Result<OtherFuture> other_future(std::uint64_t seed) const override {
    const std::uint64_t duration_us = loaded_->plan.scenario.duration_ns / 1000;
    const std::uint64_t moment = duration_us / 4 + seed % (duration_us / 2 + 1);
    auto other = share(with_other_future(loaded_->plan, moment * 1000, seed));
    if (!other) return std::unexpected(other.error());
    auto copy = std::make_unique<CongestionInstance>(*this);
    copy->loaded_ = std::move(*other);
    return OtherFuture{std::move(copy), moment};
  }

  Attempt<std::size_t> decided_before(std::uint64_t moment, std::span<const std::byte> decisions) const override {
    return congestion::decided_before(loaded_->image, moment, decisions);
  }

  Result<Score> baseline(std::string_view name) const override {
    std::string known;
    for (const NativeName& each : native_algorithms()) {
      if (each.name == name) return score_of(run_native(loaded_->plan, each.algorithm));
      known += " " + std::string(each.name);
    }
    return fail("no native algorithm \"" + std::string(name) + "\"; known:" + known);
  }

  std::uint64_t cost() const override { return most_events(loaded_->image.scenario()); }

 private:
  Score score_of(const Measured& measured) const {
    Score score{name_, objective_->of(measured), {}};
    for (const Metric& each : metrics()) score.metrics[std::string(each.name)] = each.of(measured);
    const double round_trip_ms = 2e-6 * static_cast<double>(loaded_->plan.scenario.delay_ns);
    score.metrics["queue_share"] = measured.mean_queueing_ms / round_trip_ms;
    return score;
  }

  std::string name_;
  std::shared_ptr<const Loaded> loaded_;
  const Metric* objective_;
  tasks::Limits limits_;
  std::uint64_t state_bytes_;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

class CongestionDomain final : public Domain {
 public:
  std::string_view name() const override { return "congestion"; }

  Result<void> check(const tasks::Task& task) const override {
    std::vector<std::string> problems;
    if (auto fits = check_contract(task.contract); !fits) problems.push_back(fits.error().what);
    check_objective(task, problems);
    for (const auto& native : task.native_baselines)
      if (auto known = baselines(); std::ranges::find(known, native) == known.end())
        problems.push_back(task.place("native_baselines") + ": native baseline \"" + native + "\" is unknown; known: reno, cubic, vegas");
    for (const auto& spec : task.instances)
      read_settings(spec.settings, task.folder, task.place(spec) + ": instance \"" + spec.name + "\"", problems);
    if (!problems.empty()) return fail(joined(problems));
    return {};
  }

  Result<std::string> driver(const tasks::Contract& contract) const override { return driver_text(contract); }

  Result<std::unique_ptr<Instance>> load(const tasks::Task& task, const tasks::InstanceSpec& spec) const override {
    std::vector<std::string> problems;
    Plan plan = read_settings(spec.settings, task.folder, "instance \"" + spec.name + "\"", problems);
    if (!problems.empty()) return fail(joined(problems));
    return instance(task, spec.name, std::move(plan));
  }

  std::vector<std::string> baselines() const override {
    std::vector<std::string> names;
    for (const NativeName& each : native_algorithms()) names.emplace_back(each.name);
    return names;
  }

  /// How full a policy keeps the link and the queue.
  std::span<const Descriptor> descriptors() const override {
    static constexpr Descriptor kDescriptors[] = {{"utilisation", 0.5, 1, false}, {"queue_share", 0.01, 4, true}};
    return kDescriptors;
  }

  std::span<const std::string_view> objectives() const override {
    static constexpr std::string_view kMinimised[] = {"unused", "p95_queueing_ms", "loss"};
    return kMinimised;
  }

  /// Four seconds in which the rate rises, falls and stops, with a little loss and two flows.
  Result<std::unique_ptr<Instance>> probe(const tasks::Task& task) const override {
    const Json settings = {{"link", {{"steps", {{0, 12}, {1, 30}, {2, 6}, {3, 0}, {3.3, 12}}}}}, {"delay_ms", 15}, {"queue", {{"packets", 40}}},
                           {"loss", 0.002}, {"seconds", 4}, {"flows", {Json::object(), {{"start_s", 0.5}}}}};
    std::vector<std::string> problems;
    Plan plan = read_settings(settings, task.folder, "probe", problems);
    if (!problems.empty()) return fail(joined(problems));
    return instance(task, "probe", std::move(plan));
  }

 private:
  static Result<std::unique_ptr<Instance>> instance(const tasks::Task& task, const std::string& name, Plan plan) {
    if (objective_named(task.objective) == nullptr) return fail("objective \"" + task.objective + "\" is unknown to the congestion domain");
    auto loaded = share(std::move(plan));
    if (!loaded) return std::unexpected(loaded.error());
    return std::make_unique<CongestionInstance>(task, name, std::move(*loaded));
  }

  static void check_objective(const tasks::Task& task, std::vector<std::string>& problems) {
    const Metric* objective = objective_named(task.objective);
    if (objective == nullptr) {
      std::string known;
      for (const Metric& each : metrics()) known += (known.empty() ? "" : ", ") + std::string(each.name);
      problems.push_back(task.place("objective") + ": objective \"" + task.objective + "\" is unknown to the congestion domain; known: " + known);
    } else if (direction_of(*objective) != task.direction)
      problems.push_back(task.place("direction") + ": \"" + task.objective + "\" wants the other direction; write \"" +
                         (objective->more_is_better ? "maximise" : "minimise") + "\"");
  }
};

}  // namespace

const Domain& congestion_domain() {
  static const CongestionDomain domain;
  return domain;
}

}  // namespace assay::evaluators::congestion
