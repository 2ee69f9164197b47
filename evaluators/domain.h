#pragma once
// What a domain provides: a driver that runs beside the candidate in the jail, and a trusted scorer that replays the
// decisions. Domains are listed in evaluators/domains.cpp.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "base/result.h"
#include "base/digest.h"
#include "base/score.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"

namespace assay::evaluators {

class Instance;

/// What happens before `moment` (in the domain's own counting) is as in the instance that it was made from.
struct OtherFuture {
  std::unique_ptr<Instance> instance;
  std::uint64_t moment = 0;
};

/// One loaded instance: immutable, safe to share between threads.
class Instance {
 public:
  virtual ~Instance() = default;
  virtual const std::string& name() const = 0;
  virtual Digest digest() const = 0;  ///< of the data and the settings
  /// Ready for RunJail::run but for the binary, with limits from the task. `abandon_above`: stop once the objective is
  /// certain to be worse than this (loss units of tasks::Task::loss); none: run to the end.
  virtual sandbox::RunRequest request(const Binary& binary, std::optional<double> abandon_above) const = 0;
  /// Where the figures that a score is made of come from, "table 0123456789ab, NVIDIA H200, 2026-11-28": first the kind (kind_of_provenance),
  /// then what tells two of a kind apart. Scores of different provenance are never averaged. "": the score follows from the instance alone.
  virtual std::string provenance() const { return ""; }
  /// Fetches what `score` of these decisions needs from outside, a device say; before `score`. The Error is the harness's.
  virtual Result<void> prepare(std::span<const std::byte>) const { return {}; }
  /// Replays decisions against the instance. Never runs candidate code. A broken rule is an Outcome.
  virtual Attempt<Score> score(std::span<const std::byte> decisions) const = 0;
  /// The same instance up to a moment that `seed` chooses, and another future from there on.
  virtual Result<OtherFuture> other_future(std::uint64_t seed) const = 0;
  /// How many bytes of `decisions` were decided before `moment`; by replay, as `score`.
  virtual Attempt<std::size_t> decided_before(std::uint64_t moment, std::span<const std::byte> decisions) const = 0;
  /// A native reference policy of the domain ("lru"). Error: unknown name (lists the known ones).
  virtual Result<Score> baseline(std::string_view name) const = 0;
  /// What a run costs, counted (requests and the like) and not timed: the same on any machine.
  virtual std::uint64_t cost() const { return 1; }
  /// An objective that nothing which `score` accepts can better; none: not known. Costs an offline replay: ask once.
  virtual std::optional<double> best_possible() const { return std::nullopt; }
};

/// A measure of how a candidate goes about it, apart from how well it does: one of Score::metrics, mean over instances.
struct Descriptor {
  std::string_view metric;
  double low = 0, high = 1;  ///< where values differ; what lies beyond counts as the end
  bool by_ratio = false;     ///< steps between low and high are ratios, not differences; then low > 0
};

class Domain {
 public:
  virtual ~Domain() = default;
  virtual std::string_view name() const = 0;
  /// Does the contract fit a driver of this domain, and are the instances' settings right? The Error lists everything.
  virtual Result<void> check(const tasks::Task& task) const = 0;
  /// Trusted C++ text that drives a policy of this contract (verify::CompileRequest::driver).
  virtual Result<std::string> driver(const tasks::Contract& contract) const = 0;
  virtual Result<std::unique_ptr<Instance>> load(const tasks::Task& task, const tasks::InstanceSpec& spec) const = 0;
  virtual std::vector<std::string> baselines() const = 0;
  /// What its scorer measures by replay for a search that keeps unlike candidates apart; never the text's length.
  virtual std::span<const Descriptor> descriptors() const { return {}; }
  /// Metrics that are better the smaller they are, on every instance; the task's own objective may be one of them.
  virtual std::span<const std::string_view> objectives() const { return {}; }
  /// A short instance on which policies decide differently, made from those of `train`: equal decisions there are a sign, not a
  /// proof, of equal behaviour. Its score counts nowhere. Null: the domain has none.
  virtual Result<std::unique_ptr<Instance>> probe(const tasks::Task&) const { return nullptr; }
  /// Settings over an instance's own with which it can be loaded anywhere, without a device or what one measured: enough to hold policies
  /// against the rules, while every score is 0. Empty: it needs none.
  virtual Json rules_only() const { return Json::object(); }
};

/// "table", "live", "modelled" or "".
std::string_view kind_of_provenance(std::string_view provenance);
/// A model's ratios are shown under another name than measured ones.
bool is_modelled(std::string_view provenance);
/// What an objective is called where its figures are of that provenance: "speedup" is "modelled_ratio" of a model.
std::string shown_objective(const std::string& objective, std::string_view provenance);
/// One for all; the Error names two instances that differ: a mean over them would mean nothing.
Result<std::string> common_provenance(std::span<const std::unique_ptr<Instance>> instances);

/// The Error lists the known domains.
Result<const Domain*> domain_named(std::string_view name);

/// The trusted evaluation of a binary on an instance: run in the jail, then replay. A harness failure is an Error.
struct Evaluation {
  Outcome outcome;              ///< ok: `score` is there
  std::optional<Score> score;
  Digest decisions;             ///< with `score`: of what was replayed
  std::chrono::nanoseconds run_wall{}, replay_wall{};
};
Result<Evaluation> evaluate(sandbox::RunJail& jail, const Binary& binary, const Instance& instance,
                            std::optional<double> abandon_above = std::nullopt, const std::stop_token& stop = {});

/// What a binary decided on an instance, to be seen again.
struct Decided {
  const Instance* instance;
  Digest decisions;
};

/// The second half of a score of record: every instance once more, in a fresh jail, in reverse order, with everything that a
/// binary can see of its surroundings at other addresses and other bytes on the unused stack. Not ok, `nondeterministic` and the
/// instance named, where it decides anything else than before, or ends otherwise; `timeout` where it ran out of time.
///
/// The instance lies in the jail as a whole, so that code which gets past the screen could read what comes next. Hence, at
/// Depth::future, a third run of each, with another future from a moment on that nobody can know before: who decides otherwise
/// before that moment has read on, and ends as `protocol_violation`.
enum class Depth : std::uint8_t {
  again,   ///< two runs: enough for a parent among many
  future,  ///< three: for whatever leads, is shown or is compared
};
Result<Outcome> confirm(sandbox::RunJail& jail, const Binary& binary, std::span<const Decided> decided, Depth depth,
                        const std::stop_token& stop = {});

/// `stop`: once asked for, what runs is killed and ends as abandoned, here and below. The score of record: every instance run and replayed, then all of them confirmed at Depth::future. Where that fails no evaluation has a score.
Result<std::vector<Evaluation>> evaluate_all(sandbox::RunJail& jail, const Binary& binary,
                                             std::span<const std::unique_ptr<Instance>> instances, const std::stop_token& stop = {});

Digest digest_of(std::span<const std::byte> decisions);

}  // namespace assay::evaluators
