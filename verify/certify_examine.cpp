#include "verify/certify_examine.h"

#include "verify/certify_grade.h"
#include "verify/certify_solve.h"
#include "verify/certify_story.h"
#include "verify/domains/explore.h"

namespace assay::verify {
namespace {

using lower::Property;

constexpr Property kDefaults[] = {Property::no_undefined_behaviour, Property::in_bounds, Property::terminates,
                                  Property::deterministic, Property::output_range};

/// Adds the time since the last lap to an engine.
class Laps {
 public:
  void lap(std::chrono::nanoseconds& into) {
    auto now = std::chrono::steady_clock::now();
    into += now - last_;
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class Examiner {
 public:
  Examiner(const ExamineRequest& request, std::uint64_t bound, bool is_property, smt::Solver& solver, ExaminedFunction& out)
      : program_(*out.program), request_(request), out_(out), bound_(bound), is_property_(is_property),
        trials_(program_, bound, is_property ? std::optional(Property::claim) : std::nullopt),
        discharge_(program_, pool_, request, solver, trials_) {}

  Result<void> run() {
    if (!has_inputs(program_)) {
      for (ExaminedClaim& each : out_.claims) each.claim.verdict = Unknown{"vacuous: a declared range is empty, so no input exists"};
      return {};
    }
    Laps laps;
    trials_.sample();
    laps.lap(out_.times.trials);
    domains::ExploreOptions options;
    options.instruction_bound = bound_;
    found_ = explore(program_, pool_, options);
    laps.lap(out_.times.intervals);
    if (auto asked = ask(); !asked) return asked;
    laps.lap(out_.times.trials);
    out_.times.trials -= discharge_.spent();
    out_.times.solver += discharge_.spent();
    conclude();
    if (request_.options.grade_cells > 0) grade_open();
    laps.lap(out_.times.grade);
    return {};
  }

 private:
  Result<void> ask() {
    if (auto asked = discharge_.settle(found_); !asked) return asked;
    if (!trials_.has_witness())
      if (auto asked = discharge_.seek_witness(found_); !asked) return asked;
    out_.smt2 = std::move(discharge_.texts());
    return {};
  }

  std::string at_line(int emitted) const {
    return emitted > 0 ? " at line " + std::to_string(candidate_line(request_, emitted)) : "";
  }

  // ---- verdicts ------------------------------------------------------------------------------------------------------

  void conclude() {
    for (ExaminedClaim& each : out_.claims) conclude(each);
    if (!is_property_) limit_to_the_bound();
  }

  void conclude(ExaminedClaim& each) {
    Claim& claim = each.claim;
    std::size_t at = index_of(each.property);
    claim.by_intervals = found_.settled[at];
    claim.by_solver = discharge_.settled(each.property);
    if (trials_.refuted(each.property)) return refute(each);
    std::string open = discharge_.doubt(each.property);
    if (is_property_ && open.empty()) open = open_before_the_claim();
    if (found_.gave_up) claim.verdict = Unknown{*found_.gave_up + at_line(found_.gave_up_line)};
    else if (!open.empty()) claim.verdict = Unknown{open};
    else if (!trials_.has_witness()) claim.verdict = Unknown{is_property_ ? "vacuous: no input was found that reaches the claim" : "vacuous: no input was found for which the function returns"};
    else prove(each);
  }

  /// An execution that goes wrong on its way, or does not end, says nothing of what it would have come to.
  std::string open_before_the_claim() const {
    for (Property property : kDefaults) {
      if (trials_.refuted(property))
        return "an execution does not get to the claim: " + story(program_, trials_.counterexample(property), property, bound_);
      if (!discharge_.doubt(property).empty()) return "an execution may not get to the claim: " + discharge_.doubt(property);
    }
    return "";
  }

  void refute(ExaminedClaim& each) {
    std::uint32_t check = trials_.check(each.property);
    each.counterexample = trials_.counterexample(each.property);
    each.claim.witness = inputs_json(program_, each.counterexample->inputs);
    bool in_candidate = check != lower::kNone && !program_.checks[check].in_properties;
    each.claim.line = in_candidate ? candidate_line(request_, program_.checks[check].line) : 0;
    each.claim.verdict = Refuted{story(program_, *each.counterexample, each.property, bound_)};
  }

  /// Points of the claim that the witness passes; of a default claim the return counts as one.
  std::uint64_t reached(Property property) const {
    std::uint64_t points = trials_.reached().points[index_of(property)];
    if (property == Property::claim) return points;
    return property <= Property::in_bounds ? points + 1 : 1;
  }

  void prove(ExaminedClaim& each) {
    each.claim.verdict = Proved{reached(each.property)};
    each.claim.witness = inputs_json(program_, trials_.witness());
  }

  /// Executions are examined up to the instruction bound. Unless none is longer, what holds up to there is no proof: a loop
  /// that overflows on its 2^32nd round would pass. Determinism is a property of the instructions, whatever they run.
  void limit_to_the_bound() {
    if (std::holds_alternative<Proved>(out_.claims[index_of(Property::terminates)].claim.verdict)) return;
    for (Property property : {Property::no_undefined_behaviour, Property::in_bounds, Property::output_range}) {
      Claim& out = out_.claims[index_of(property)].claim;
      if (!std::holds_alternative<Proved>(out.verdict)) continue;
      out.verdict = Unknown{"holds for the first " + std::to_string(bound_) + " instructions; longer executions were not excluded"};
      out.witness.clear();
    }
  }

  // ---- grades --------------------------------------------------------------------------------------------------------

  void grade_open() {
    for (ExaminedClaim& each : out_.claims) {
      if (std::holds_alternative<Proved>(each.claim.verdict) || each.claim.level == properties::Level::info) continue;
      Graded graded = grade(program_, each.property, {.instruction_bound = bound_, .cells = request_.options.grade_cells});
      each.claim.grade = std::move(graded.grade);
      for (const lower::Inputs& witness : graded.witnesses)
        if (!trials_.refuted(each.property)) trials_.consider(witness);
      if (!each.counterexample && trials_.refuted(each.property)) refute(each);
    }
  }

  const lower::Program& program_;
  const ExamineRequest& request_;
  ExaminedFunction& out_;
  std::uint64_t bound_;
  bool is_property_;
  lower::TermPool pool_;
  Trials trials_;
  Discharge discharge_;
  domains::Exploration found_;
};

ExaminedClaim blank(std::string function, std::string property, Property kind) {
  ExaminedClaim out;
  out.property = kind;
  out.claim.function = std::move(function);
  out.claim.property = std::move(property);
  out.claim.verdict = Unknown{"not examined"};
  return out;
}

Result<ExaminedFunction> run(ExaminedFunction out, const lower::LoweredFunction& function, const ExamineRequest& request,
                             bool is_property, smt::Solver& solver) {
  out.name = function.name;
  if (!function.program) {
    const lower::Unsupported& at = function.program.error();
    int line = candidate_line(request, at.line);
    for (ExaminedClaim& claim : out.claims)
      claim.claim.verdict = Unknown{"unsupported construct: " + at.what + (line > 0 ? " at line " + std::to_string(line) : "")};
    return out;
  }
  out.program = *function.program;
  std::uint64_t bound = request.options.instruction_bound * (is_property ? properties::kBoundFactor : 1);
  if (auto done = Examiner(request, bound, is_property, solver, out).run(); !done) return std::unexpected(done.error());
  return out;
}

}  // namespace

Result<ExaminedFunction> examine(const lower::LoweredFunction& function, const ExamineRequest& request, smt::Solver& solver) {
  ExaminedFunction out;
  for (Property property : kDefaults) out.claims.push_back(blank(function.name, std::string(name_of(property)), property));
  return run(std::move(out), function, request, false, solver);
}

Result<ExaminedFunction> examine_property(const lower::LoweredFunction& function, const properties::Property& property,
                                          const ExamineRequest& request, smt::Solver& solver) {
  ExaminedFunction out;
  out.claims.push_back(blank("", property.name, Property::claim));
  out.claims.back().claim.level = property.level;
  return run(std::move(out), function, request, true, solver);
}

}  // namespace assay::verify
