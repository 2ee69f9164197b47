#include "evaluators/cache/cache_domain.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>

#include "evaluators/cache/cache_settings.h"
#include "evaluators/cache/driver/priority_state.h"
#include "evaluators/cache/driver/queue_state.h"
#include "evaluators/cache/driver_text.h"
#include "evaluators/cache/least.h"
#include "evaluators/cache/native/native.h"
#include "evaluators/cache/probe.h"
#include "evaluators/cache/scorer.h"

namespace assay::evaluators::cache {
namespace {

using assay_driver::CacheArguments;

constexpr std::uint64_t kUnbounded = ~0ull;
constexpr std::uint64_t kMaxCapacity = 1ull << 50;
/// The probe is an eighth of what is trained on, within these bounds.
constexpr std::uint64_t kLeastProbe = 2048, kMostProbe = 16384;

/// A trace, or a window of one, and its image for the jail. Immutable.
struct LoadedTrace {
  Trace trace;
  SharedImage image;
};
using SharedTrace = std::shared_ptr<const LoadedTrace>;

/// The most misses m with m / of <= ratio; more of them are certain to be worse.
std::uint64_t most_within(double ratio, std::uint64_t of) {
  if (!(ratio < 1)) return kUnbounded;
  if (ratio < 0) return 0;
  const auto share = [&](std::uint64_t misses) { return static_cast<double>(misses) / static_cast<double>(of); };
  auto misses = static_cast<std::uint64_t>(ratio * static_cast<double>(of));
  while (misses > 0 && share(misses) > ratio) --misses;
  while (share(misses + 1) <= ratio) ++misses;
  return misses;
}

std::uint64_t arena_bytes(Machine machine, const Trace& trace, std::uint64_t capacity, Unit unit) {
  assay_driver::Arena arena;
  const bool size_aware = unit == Unit::bytes;
  if (machine == Machine::queues) {
    assay_driver::QueueArrays queues;
    assay_driver::QueueState state;
    state.queues = &queues;
    lay_out(state, arena, trace.objects(), capacity, size_aware);
  } else {
    assay_driver::PriorityState state;
    lay_out(state, arena, trace.requests(), trace.objects(), capacity, size_aware, !trace.request_sizes.empty());
  }
  return arena.used;
}

enum class Objective { miss_ratio, byte_miss_ratio };

std::optional<Objective> objective_named(std::string_view name) {
  if (name == "miss_ratio") return Objective::miss_ratio;
  if (name == "byte_miss_ratio") return Objective::byte_miss_ratio;
  return std::nullopt;
}

class CacheInstance final : public Instance {
 public:
  CacheInstance(const tasks::Task& task, std::string name, SharedTrace loaded, std::uint64_t capacity, Unit unit,
                Machine machine)
      : name_(std::move(name)), loaded_(std::move(loaded)), capacity_(capacity), unit_(unit),
        objective_(*objective_named(task.objective)), direction_(task.direction), limits_(task.limits),
        arena_bytes_(arena_bytes(machine, loaded_->trace, capacity, unit)) {}

  const std::string& name() const override { return name_; }

  Digest digest() const override {
    return sha256("cache instance\ntrace " + loaded_->trace.digest.hex() + "\ncapacity " + std::to_string(capacity_) +
                  " " + std::string(name_of(unit_)) + "\n");
  }

  sandbox::RunRequest request(const Binary& binary, std::optional<double> abandon_above) const override {
    const CacheArguments arguments = bounded(abandon_above);
    return {.binary = binary,
            .input_fd = loaded_->image.fd.get(),
            .input_bytes = loaded_->image.bytes,
            .arguments = std::string(reinterpret_cast<const char*>(&arguments), sizeof(arguments)),
            .arena_bytes = arena_bytes_,
            .output_bytes = loaded_->trace.requests() * sizeof(std::uint32_t),
            .memory_bytes = limits_.memory_bytes,
            .deadline = limits_.run};
  }

  Attempt<Score> score(std::span<const std::byte> decisions) const override {
    auto replayed = replay_decisions(loaded_->trace, capacity_, unit_, decisions);
    if (!replayed) return std::unexpected(replayed.error());
    Score score = score_of(*replayed);
    const Behaviour& behaviour = replayed->behaviour;
    score.metrics["evicted_unused"] = behaviour.unused_share();
    score.metrics["evicted_idle"] = behaviour.idle_age();
    score.metrics["rejected"] = replayed->misses == 0 ? 0 : static_cast<double>(behaviour.rejected) / static_cast<double>(replayed->misses);
    return score;
  }

  /// The moment lies in the middle half, so that there is something on either side.
  Result<OtherFuture> other_future(std::uint64_t seed) const override {
    const Trace& trace = loaded_->trace;
    const std::uint64_t moment = trace.requests() / 4 + seed % (trace.requests() / 2 + 1);
    Trace other = with_other_future(trace, moment, seed);
    auto image = share(other);
    if (!image) return std::unexpected(image.error());
    auto copy = std::make_unique<CacheInstance>(*this);
    copy->loaded_ = std::make_shared<const LoadedTrace>(std::move(other), std::move(*image));
    return OtherFuture{std::move(copy), moment};
  }

  Attempt<std::size_t> decided_before(std::uint64_t moment, std::span<const std::byte> decisions) const override {
    return cache::decided_before(loaded_->trace, capacity_, unit_, moment, decisions);
  }

  Result<Score> baseline(std::string_view name) const override {
    auto counts = run_native(name, loaded_->trace, capacity_, unit_);
    if (!counts) return std::unexpected(counts.error());
    return score_of(*counts);
  }

  std::uint64_t cost() const override { return loaded_->trace.requests(); }

  std::optional<double> best_possible() const override {
    const Least least = least_counts(loaded_->trace, capacity_, unit_);
    const Trace& trace = loaded_->trace;
    Counts counts{trace.requests(), least.misses, unit_ == Unit::bytes ? trace.requested_bytes : trace.requests(), least.missed_bytes};
    return score_of(counts).objective;
  }

 private:
  /// A loss is a ratio only when smaller is better; a campaign that wants misses has nothing to abandon.
  CacheArguments bounded(std::optional<double> abandon_above) const {
    CacheArguments arguments{capacity_, unit_ == Unit::bytes ? 1u : 0u, kUnbounded, kUnbounded};
    if (!abandon_above || std::isnan(*abandon_above) || direction_ != tasks::Direction::minimise) return arguments;
    const Trace& trace = loaded_->trace;
    if (objective_ == Objective::miss_ratio) arguments.max_misses = most_within(*abandon_above, trace.requests());
    else
      arguments.max_missed_bytes =
          most_within(*abandon_above, unit_ == Unit::bytes ? trace.requested_bytes : trace.requests());
    return arguments;
  }

  Score score_of(const Counts& counts) const {
    Score score{name_, objective_ == Objective::miss_ratio ? counts.miss_ratio() : counts.byte_miss_ratio(), {}};
    score.metrics = {{"requests", static_cast<double>(counts.requests)},
                     {"misses", static_cast<double>(counts.misses)},
                     {"bytes", static_cast<double>(counts.bytes)},
                     {"missed_bytes", static_cast<double>(counts.missed_bytes)},
                     {"miss_ratio", counts.miss_ratio()},
                     {"byte_miss_ratio", counts.byte_miss_ratio()}};
    return score;
  }

  std::string name_;
  SharedTrace loaded_;
  std::uint64_t capacity_;
  Unit unit_;
  Objective objective_;
  tasks::Direction direction_;
  tasks::Limits limits_;
  std::uint64_t arena_bytes_;
};

/// Traces by what they were read from; each is read, and put into a memfd, once.
class TraceShelf {
 public:
  Result<SharedTrace> get(const CacheSettings& settings) {
    const std::lock_guard lock(mutex_);
    auto& place = shelf_[key(settings)];
    if (place != nullptr) return place;
    auto whole = this->whole(settings);
    if (!whole) return std::unexpected(whole.error());
    auto part = window(**whole, settings.from, settings.to);
    if (!part) return fail(settings.trace.string() + ": " + part.error().what);
    if (part->objects() > assay_driver::kMaxObjects || part->requests() > assay_driver::kMaxRequests)
      return fail(settings.trace.string() + ": the drivers take at most 2^26 objects and 2^31 - 1 requests; cut a window");
    auto image = share(*part);
    if (!image) return std::unexpected(image.error());
    place = std::make_shared<const LoadedTrace>(std::move(*part), std::move(*image));
    return place;
  }

 private:
  using Key = std::tuple<std::string, double, double>;

  static std::string source_key(const CacheSettings& settings) {
    const auto& csv = settings.read.csv;
    std::error_code ignored;
    std::string key = std::filesystem::weakly_canonical(settings.trace, ignored).string();
    key += "\n" + (settings.read.format ? std::string(name_of(*settings.read.format)) : "") + "\n" + csv.time + "\n" +
           csv.id + "\n" + csv.size + (settings.read.allow_unsorted ? "\nunsorted" : "");
    return key;
  }
  static Key key(const CacheSettings& settings) { return {source_key(settings), settings.from, settings.to}; }

  Result<std::shared_ptr<const Trace>> whole(const CacheSettings& settings) {
    auto& place = wholes_[source_key(settings)];
    if (auto held = place.lock()) return held;
    auto read = load_trace(settings.trace, settings.read);
    if (!read) return std::unexpected(read.error());
    latest_ = std::make_shared<const Trace>(std::move(*read));
    place = latest_;
    return latest_;
  }

  std::mutex mutex_;
  std::map<Key, SharedTrace> shelf_;
  std::map<std::string, std::weak_ptr<const Trace>> wholes_;
  std::shared_ptr<const Trace> latest_;  ///< the windows of one trace are asked for one after the other
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

class CacheDomain final : public Domain {
 public:
  std::string_view name() const override { return "cache"; }

  Result<void> check(const tasks::Task& task) const override {
    std::vector<std::string> problems;
    if (auto machine = machine_for(task.contract); !machine) problems.push_back(machine.error().what);
    if (!objective_named(task.objective))
      problems.push_back(task.place("objective") + ": objective \"" + task.objective +
                         "\" is unknown to the cache domain; known: miss_ratio, byte_miss_ratio");
    else if (task.direction != tasks::Direction::minimise)
      problems.push_back(task.place("direction") + ": \"" + task.objective +
                         "\" is better the smaller it is; write \"direction\": \"minimise\"");
    for (const auto& native : task.native_baselines)
      if (auto known = baselines(); std::ranges::find(known, native) == known.end())
        problems.push_back(task.place("native_baselines") + ": native baseline \"" + native + "\" is unknown; known: " + known_baselines());
    for (const auto& spec : task.instances) check_instance(task, spec, problems);
    if (!problems.empty()) return fail(joined(problems));
    return {};
  }

  Result<std::string> driver(const tasks::Contract& contract) const override { return driver_text(contract); }

  Result<std::unique_ptr<Instance>> load(const tasks::Task& task, const tasks::InstanceSpec& spec) const override {
    auto machine = machine_for(task.contract);
    if (!machine) return std::unexpected(machine.error());
    if (!objective_named(task.objective)) return fail("objective \"" + task.objective + "\" is unknown to the cache domain");
    auto found = find(task, spec);
    if (!found) return std::unexpected(found.error());
    return std::make_unique<CacheInstance>(task, spec.name, std::move(found->loaded), found->capacity, found->unit, *machine);
  }

  /// Capacities count what those of the first train instance count.
  Result<std::unique_ptr<Instance>> probe(const tasks::Task& task) const override {
    auto machine = machine_for(task.contract);
    if (!machine) return std::unexpected(machine.error());
    std::vector<Found> found;
    for (const auto& spec : task.split(tasks::Split::train)) {
      auto one = find(task, spec);
      if (!one) return std::unexpected(one.error());
      found.push_back(std::move(*one));
    }
    if (found.empty()) return fail(task.name + ": no train instance to make a probe of");
    const Unit unit = found.front().unit;
    std::uint64_t requests = 0;
    std::vector<std::uint64_t> capacities;
    std::vector<const Trace*> traces;
    for (const Found& each : found) {
      requests += each.loaded->trace.requests();
      if (each.unit == unit) capacities.push_back(each.capacity);
      if (std::ranges::find(traces, &each.loaded->trace) == traces.end()) traces.push_back(&each.loaded->trace);
    }
    auto trace = probe_trace(traces, std::clamp(requests / 8, kLeastProbe, kMostProbe));
    if (!trace) return std::unexpected(trace.error());
    auto image = share(*trace);
    if (!image) return std::unexpected(image.error());
    const std::uint64_t capacity = probe_capacity(*trace, std::move(capacities), unit);
    auto loaded = std::make_shared<const LoadedTrace>(std::move(*trace), std::move(*image));
    return std::make_unique<CacheInstance>(task, "probe", std::move(loaded), capacity, unit, *machine);
  }

  /// Ranges by what the baselines of both tasks do on this project's traces. How often policies miss is no behaviour: time since
  /// insertion (by Little's law) and the share of misses on objects seen before say nothing that the loss does not.
  std::span<const Descriptor> descriptors() const override {
    static constexpr Descriptor kDescriptors[] = {
        {"evicted_unused", 0, 1, false}, {"evicted_idle", 0.125, 8, true}, {"rejected", 0, 1, false}};
    return kDescriptors;
  }

  std::span<const std::string_view> objectives() const override {
    static constexpr std::string_view kObjectives[] = {"miss_ratio", "byte_miss_ratio"};
    return kObjectives;
  }

  std::vector<std::string> baselines() const override {
    std::vector<std::string> names;
    for (auto each : native_names()) names.emplace_back(each);
    return names;
  }

 private:
  /// What an instance is made of.
  struct Found {
    SharedTrace loaded;
    std::uint64_t capacity;
    Unit unit;
  };
  Result<Found> find(const tasks::Task& task, const tasks::InstanceSpec& spec) const {
    std::vector<std::string> problems;
    const CacheSettings settings = read_settings(spec.settings, task.folder, "instance \"" + spec.name + "\"", problems);
    if (!problems.empty()) return fail(joined(problems));
    auto loaded = shelf_.get(settings);
    if (!loaded) return std::unexpected(loaded.error());
    auto capacity = resolve(settings.capacity, (*loaded)->trace);
    if (!capacity) return fail("instance \"" + spec.name + "\": " + capacity.error().what);
    if (*capacity > kMaxCapacity) return fail("instance \"" + spec.name + "\": a capacity over 2^50");
    return Found{std::move(*loaded), *capacity, settings.capacity.unit};
  }

  std::string known_baselines() const {
    std::string known;
    for (const auto& each : baselines()) known += (known.empty() ? "" : ", ") + each;
    return known;
  }

  /// Loads the trace, too: a truncated file or a capacity of nothing is found here and not in the middle of a campaign.
  void check_instance(const tasks::Task& task, const tasks::InstanceSpec& spec, std::vector<std::string>& problems) const {
    const std::string where = task.place(spec) + ": instance \"" + spec.name + "\"";
    std::vector<std::string> own;
    const CacheSettings settings = read_settings(spec.settings, task.folder, where, own);
    problems.insert(problems.end(), own.begin(), own.end());
    if (!own.empty()) return;
    auto loaded = shelf_.get(settings);
    if (!loaded) return problems.push_back(where + ": " + loaded.error().what);
    if (auto capacity = resolve(settings.capacity, (*loaded)->trace); !capacity)
      problems.push_back(where + ": " + capacity.error().what);
  }

  mutable TraceShelf shelf_;  ///< a cache: what it answers does not depend on what it holds
};

}  // namespace

const Domain& cache_domain() {
  static const CacheDomain domain;
  return domain;
}

}  // namespace assay::evaluators::cache
