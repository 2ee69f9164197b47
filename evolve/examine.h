#pragma once
// One candidate from its text to its score: screen, compile, run in the jail, replay. Cheap steps first, and nothing
// that an earlier candidate has answered already.

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "evaluators/domain.h"
#include "evolve/instances.h"
#include "evolve/novelty.h"
#include "evolve/population.h"
#include "evolve/racing.h"
#include "evolve/slots.h"
#include "evolve/templates.h"
#include "tasks/task.h"

namespace assay::evolve {

/// A task with its domain and the driver's text: what every stage needs and none changes.
struct Problem {
  const tasks::Task& task;
  const evaluators::Domain& domain;
  std::string driver;
  verify::properties::PropertySet properties;
  Templates templates;

  static Result<Problem> of(const tasks::Task& task);
  Result<TrainInstances> load_train() const;
  Result<ValidationInstances> load_validation() const;
  Result<HoldoutInstances> load_holdout(HoldoutKey) const;
};

/// Adds the time since the last mark to a stage.
class StageClock {
 public:
  explicit StageClock(std::map<std::string, std::uint64_t>& stages) : stages_(stages), last_(now()) {}
  void mark(const char* stage) {
    auto at = now();
    stages_[stage] += static_cast<std::uint64_t>((at - last_).count());
    last_ = at;
  }

 private:
  static std::chrono::nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }
  std::map<std::string, std::uint64_t>& stages_;
  std::chrono::nanoseconds last_;
};

/// How a scored candidate's certificate is to count.
struct Grading {
  double weight = 0;
  bool run_counterexamples = false;  ///< for a provider that is told of them
};

/// What is known before the candidate: the first `visible` candidates, and the losses that it has to come near to.
struct Background {
  const Known* asts = nullptr;
  const Known* irs = nullptr;
  const Novelty* novelty = nullptr;                ///< none: behaviour is not compared
  const evaluators::Instance* probe = nullptr;     ///< with novelty
  std::size_t witnesses = 0;                       ///< train instances that a duplicate by the probe must agree on, too
  bool audit = false;                              ///< run in full whatever the probe says
  std::uint64_t visible = 0;
  Plan plan;                                       ///< no checks: train in task order, after the probe
  std::span<const double> least;                   ///< losses that nothing can better, by train instance; empty: no race
  std::vector<double> bar;  ///< per train instance; empty: no bound
  double margin = 0;
  std::optional<double> entry;     ///< a loss that is not below this cannot become an elite; none: any can
  std::optional<double> best;      ///< a loss below this leads its island; none: any does
  bool confirm_elites = false;     ///< confirm whatever can become an elite, and not only what leads
  std::optional<Grading> grading;  ///< none: no certificate
  std::stop_token stop;            ///< once asked for, runs end as abandoned, which says nothing about the candidate
};

struct Examined {
  Outcome outcome;
  std::optional<Digest> ast, ir, probe, behaviour;
  std::vector<std::uint64_t> decisions;   ///< by train instance; empty: no probe, or not run in full
  std::optional<std::uint64_t> audits;    ///< whose duplicate it would have been
  std::optional<std::uint32_t> ended_on;  ///< racing.h, Ends
  std::string emitted;  ///< empty when it was not screened, or is a duplicate by AST
  std::uint64_t size = 0;
  std::vector<Score> train;
  std::optional<double> fitness;
  bool confirmed = false;  ///< decided the same a second time (evaluators::confirm): asked of those that lead, or of all elites
  std::optional<CandidateCertificate> certificate;  ///< with Background::grading
  std::shared_ptr<const Material> material;  ///< with fitness
  std::shared_ptr<const Binary> binary;      ///< with fitness
  std::map<std::string, std::uint64_t> stage_ns;
};

Result<Examined> examine(Slot& slot, const Problem& problem, const TrainInstances& train, const Source& source,
                         const Background& background);

inline constexpr const char* kSameBehaviour = "behaviour";
/// How the detail of a duplicate begins that was found before it was run in full.
inline constexpr std::string_view kSameOnProbe = "same behaviour on the probe";
/// Ends as a duplicate of `earlier`: what it was found by, and nothing that came after.
void settle_duplicate(Examined& examined, const char* by, std::uint64_t earlier);

/// Scores of record on instances, without any bound. The outcome is the first that is not ok.
struct Scored {
  Outcome outcome;
  std::vector<Score> scores;
  double loss = 0;  ///< mean, when the outcome is ok
};
Result<Scored> score_on(sandbox::RunJail& jail, const Binary& binary, AnyInstances instances, const tasks::Task& task,
                        const std::stop_token& stop = {});

}  // namespace assay::evolve
