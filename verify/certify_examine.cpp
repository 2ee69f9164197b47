#include "verify/certify_examine.h"

#include <algorithm>

#include "verify/domains/explore.h"
#include "verify/smt/query.h"

namespace assay::verify {
namespace {

using domains::Exploration;
using domains::Obligation;
using lower::Execution;
using lower::Inputs;
using lower::Program;
using lower::Property;
using lower::Stop;

constexpr Property kProperties[] = {Property::no_undefined_behaviour, Property::in_bounds, Property::terminates,
                                    Property::deterministic, Property::output_range};
constexpr unsigned kRandomSamples = 48;
constexpr unsigned kNeighbours = 200;
/// Z3's own steps per millisecond of budget, below what it does on the build machines (about 3500): the repeatable count
/// ends a query. The clock is the second line, for a query that does not count its steps or a host that is busy.
constexpr std::uint64_t kEffortPerMillisecond = 1500;
constexpr int kClockSlack = 2;

std::size_t at(Property property) { return static_cast<std::size_t>(property); }

/// The claim that an execution breaks, if any.
std::optional<Property> broken_by(const Program& program, const Execution& execution) {
  if (execution.stop == Stop::violated) return program.checks[execution.check].property;
  if (execution.stop == Stop::exceeded) return Property::terminates;
  if (execution.stop == Stop::dismissed) return std::nullopt;
  if (!output_in_range(program, execution)) return Property::output_range;
  return std::nullopt;
}

/// Debug lines index `places` directly.
int candidate_line(const ExamineRequest& request, int emitted) {
  bool known = emitted > 0 && static_cast<std::size_t>(emitted) < request.places.size();
  return known ? request.places[static_cast<std::size_t>(emitted)].line : emitted;
}

class Examiner {
 public:
  Examiner(const Program& program, const ExamineRequest& request, smt::Solver& solver, ExaminedFunction& out)
      : program_(program), request_(request), solver_(solver), out_(out), bound_(request.options.instruction_bound) {}

  Result<void> run() {
    if (!has_inputs(program_)) return conclude("vacuous: a declared range is empty, so no input exists");
    sample();
    domains::ExploreOptions options;
    options.instruction_bound = bound_;
    found_ = explore(program_, pool_, options);
    if (auto asked = discharge(); !asked) return asked;
    if (witness_.empty())
      if (auto asked = seek_witness(); !asked) return asked;
    return conclude("");
  }

 private:
  int line_of(int emitted) const { return candidate_line(request_, emitted); }

  // ---- sampling ----------------------------------------------------------------------------------------------------

  void sample() {
    for (const Inputs& inputs : sample_inputs(program_, kRandomSamples)) consider(inputs);
  }

  /// Runs an input; keeps it as a witness or as a counterexample. Answers what it breaks.
  std::optional<Property> consider(const Inputs& inputs) {
    Execution execution = interpret(program_, inputs, bound_);
    auto broken = broken_by(program_, execution);
    if (broken && !refuted(*broken)) refute(*broken, inputs);
    if (execution.stop == Stop::returned && witness_.empty()) {
      witness_ = inputs;
      reached_ = execution;
    }
    return broken;
  }

  bool refuted(Property property) const { return claim(property).counterexample.has_value(); }
  ExaminedClaim& claim(Property property) { return out_.claims[at(property)]; }
  const ExaminedClaim& claim(Property property) const { return out_.claims[at(property)]; }

  /// The claim and, for checks, the very check stay broken while the input is made simpler.
  void refute(Property property, const Inputs& inputs) {
    std::uint32_t check = interpret(program_, inputs, bound_).check;
    Inputs simple = simplify(program_, inputs, [&](std::span<const lower::Word> tried) {
      Execution execution = interpret(program_, tried, bound_);
      return broken_by(program_, execution) == property && execution.check == check;
    });
    ExaminedClaim& broken = claim(property);
    broken.counterexample = Counterexample{simple, interpret(program_, simple, kEndless)};
    broken.claim.line = check == lower::kNone ? 0 : line_of(program_.checks[check].line);
    broken.claim.verdict = Refuted{story(property, simple, broken.counterexample->execution)};
  }

  std::string story(Property property, const Inputs& inputs, const Execution& execution) const {
    std::string out = assignment(inputs) + ": ";
    if (property == Property::terminates)
      return out + "it runs for " + (execution.stop == Stop::exceeded ? "more than " + std::to_string(kEndless) : std::to_string(execution.cost)) +
             " instructions, the bound is " + std::to_string(bound_);
    if (property == Property::output_range) return out + out_of_range(execution);
    return out + program_.checks[execution.check].what;
  }

  /// Only what matters: inputs at zero, or at the bound nearest to it, go without saying.
  std::string assignment(const Inputs& inputs) const {
    std::string out;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i] != simplest(program_.inputs[i])) out += (out.empty() ? "" : ", ") + program_.inputs[i].name + " = " + lower::text_of(inputs[i]);
    return out.empty() ? "every input as near to 0 as its range allows" : out;
  }

  std::string out_of_range(const Execution& execution) const {
    auto told = [](const std::string& name, lower::Word value, lower::Word lo, lower::Word hi) {
      return name + " is " + lower::text_of(value) + ", its range is " + lower::text_of(lo) + " to " + lower::text_of(hi);
    };
    if (program_.return_width != 0 && (execution.result < program_.return_min || execution.result > program_.return_max))
      return told("the answer", execution.result, program_.return_min, program_.return_max);
    for (const lower::Object& object : program_.objects)
      for (std::uint32_t i = object.first_slot; object.is_state && i < object.first_slot + object.slot_count; ++i) {
        const lower::Slot& slot = program_.slots[i];
        if (execution.slots[i] < slot.min || execution.slots[i] > slot.max) return told(slot.name, execution.slots[i], slot.min, slot.max);
      }
    return "a value leaves its range";
  }

  // ---- the solver ----------------------------------------------------------------------------------------------------

  Result<void> discharge() {
    for (Property property : kProperties) claim(property).claim.by_intervals = found_.settled[at(property)];
    for (const Obligation& obligation : found_.open) {
      Property property = obligation.property;
      if (refuted(property) || !doubt_[at(property)].empty()) continue;
      if (auto asked = settle(obligation); !asked) return asked;
    }
    return {};
  }

  std::string title(const Obligation& obligation, std::string_view expected) const {
    std::string line = obligation.line > 0 ? ", line " + std::to_string(line_of(obligation.line)) : "";
    return program_.function + ", " + std::string(name_of(obligation.property)) + line + ": " + obligation.what + "; expected: " + std::string(expected);
  }

  /// Integers first: they know multiplication and division. Before much is spent, inputs near one that gets there are
  /// tried: nonlinear questions with an answer are often easier to answer than to solve. Bit-vectors last.
  Result<void> settle(const Obligation& obligation) {
    struct Step {
      smt::Theory theory;
      std::uint64_t share;  ///< of the claim's effort: one part in so many
    };
    std::string reason = "no theory could express it";
    for (Step step : {Step{smt::Theory::integers, 10}, Step{smt::Theory::integers, 2}, Step{smt::Theory::bit_vectors, 2}}) {
      smt::Question question{program_, pool_, obligation.path, obligation.violation};
      auto text = write_query(question, step.theory, title(obligation, "unsat"));
      if (!text) continue;
      auto answer = ask(*text, obligation.property, step.share);
      if (!answer) return std::unexpected(answer.error());
      if (answer->verdict == smt::Verdict::unsat) {
        out_.smt2.push_back(*text);
        ++claim(obligation.property).claim.by_solver;
        return {};
      }
      if (answer->verdict == smt::Verdict::sat) {
        out_.smt2.push_back(*write_query(question, step.theory, title(obligation, "sat")));
        accept_model(obligation, *answer);
        return {};
      }
      reason = answer->reason;
      if (step.share == 10)
        if (auto found = hunt(obligation); !found || *found) return found ? Result<void>{} : std::unexpected(found.error());
    }
    doubt_[at(obligation.property)] = "not settled: " + obligation.what + place(obligation.line) + " (" + reason + ")";
    return {};
  }

  /// True: an input near one that satisfies the path alone breaks the claim.
  Result<bool> hunt(const Obligation& obligation) {
    smt::Question question{program_, pool_, obligation.path, pool_.truth(true)};
    auto text = write_query(question, smt::Theory::integers, "a way there");
    if (!text) return false;
    auto answer = ask(*text, obligation.property, 10);
    if (!answer) return std::unexpected(answer.error());
    auto start = answer->verdict == smt::Verdict::sat ? inputs_of(*answer) : std::nullopt;
    if (!start) return false;
    for (const Inputs& inputs : neighbours(program_, *start, kNeighbours)) {
      consider(inputs);
      if (refuted(obligation.property)) return true;
    }
    return false;
  }

  std::string place(int emitted) const { return emitted > 0 ? " at line " + std::to_string(line_of(emitted)) : ""; }

  /// The budget is the claim's, shared by its queries.
  Result<smt::Answer> ask(const std::string& text, Property property, std::uint64_t share) {
    auto total = request_.options.solver_budget;
    auto& spent = spent_[at(property)];
    auto left = std::max(kClockSlack * total - spent, std::chrono::milliseconds{1});
    auto effort = static_cast<std::uint64_t>(total.count()) * kEffortPerMillisecond / share;
    auto began = std::chrono::steady_clock::now();
    auto answer = solver_.ask(text, effort, left);
    spent += std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    return answer;
  }

  std::optional<Inputs> inputs_of(const smt::Answer& answer) const {
    Inputs out;
    for (const lower::Input& input : program_.inputs) {
      out.push_back(simplest(input));
      for (const auto& [name, value] : answer.model)
        if (name == input.name) {
          auto number = number_of(value, input);
          if (!number) return std::nullopt;
          out.back() = *number;
        }
    }
    return out;
  }

  /// Bit-vector models come unsigned.
  std::optional<lower::Word> number_of(const std::string& text, const lower::Input& input) const {
    lower::Word value = 0;
    bool negative = text.starts_with('-');
    if (text.size() == negative || text.size() > 36) return std::nullopt;
    for (char digit : text.substr(negative)) {
      if (digit < '0' || digit > '9') return std::nullopt;
      value = value * 10 + (digit - '0');
    }
    unsigned width = input.value != lower::kNone ? program_.values[input.value].width : program_.slots[input.slot].bytes * 8;
    value = lower::wrap(static_cast<lower::UnsignedWord>(negative ? -value : value), width);
    if (value < input.min || value > input.max) return std::nullopt;
    return value;
  }

  /// A model must break the claim when it is run; one that does not is a defect of ours and proves nothing.
  void accept_model(const Obligation& obligation, const smt::Answer& answer) {
    auto inputs = inputs_of(answer);
    auto broken = inputs ? consider(*inputs) : std::nullopt;
    if (broken != obligation.property)
      doubt_[at(obligation.property)] = "counterexample did not reproduce: our defect (" + obligation.what + place(obligation.line) + ")";
  }

  /// No sample returned: ask for an input that does.
  Result<void> seek_witness() {
    for (const auto& path : found_.returns) {
      smt::Question question{program_, pool_, path, pool_.truth(true)};
      for (smt::Theory theory : {smt::Theory::integers, smt::Theory::bit_vectors}) {
        auto text = write_query(question, theory, program_.function + ": an input that returns; expected: sat");
        if (!text) continue;
        auto answer = ask(*text, Property::deterministic, 2);
        if (!answer) return std::unexpected(answer.error());
        auto inputs = answer->verdict == smt::Verdict::sat ? inputs_of(*answer) : std::nullopt;
        if (inputs) consider(*inputs);
        if (!witness_.empty()) return {};
      }
    }
    return {};
  }

  // ---- verdicts ------------------------------------------------------------------------------------------------------

  /// Points of the claim that the witness passes; a return counts as one for every claim.
  std::uint64_t reached(Property property) const {
    return property <= Property::in_bounds ? reached_.points[at(property)] + 1 : 1;
  }

  Result<void> conclude(const std::string& vacuous) {
    for (Property property : kProperties) {
      Claim& out = claim(property).claim;
      if (refuted(property)) continue;
      if (!vacuous.empty()) out.verdict = Unknown{vacuous};
      else if (found_.gave_up) out.verdict = Unknown{*found_.gave_up + place(found_.gave_up_line)};
      else if (!doubt_[at(property)].empty()) out.verdict = Unknown{doubt_[at(property)]};
      else if (witness_.empty()) out.verdict = Unknown{"vacuous: no input was found for which the function returns"};
      else prove(property, out);
    }
    limit_to_the_bound();
    return {};
  }

  /// Executions are examined up to the instruction bound. Unless none is longer, what holds up to there is no proof: a loop
  /// that overflows on its 2^32nd round would pass. Determinism is a property of the instructions, whatever they run.
  void limit_to_the_bound() {
    if (std::holds_alternative<Proved>(claim(Property::terminates).claim.verdict)) return;
    for (Property property : {Property::no_undefined_behaviour, Property::in_bounds, Property::output_range}) {
      Claim& out = claim(property).claim;
      if (!std::holds_alternative<Proved>(out.verdict)) continue;
      out.verdict = Unknown{"holds for the first " + std::to_string(bound_) + " instructions; longer executions were not excluded"};
      out.witness.clear();
    }
  }

  void prove(Property property, Claim& out) const {
    out.verdict = Proved{reached(property)};
    Json witness = Json::object();
    for (std::size_t i = 0; i < witness_.size(); ++i) witness[program_.inputs[i].name] = static_cast<std::int64_t>(witness_[i]);
    out.witness = witness.dump();
  }

  const Program& program_;
  const ExamineRequest& request_;
  smt::Solver& solver_;
  ExaminedFunction& out_;
  std::uint64_t bound_;
  lower::TermPool pool_;
  Exploration found_;
  Inputs witness_;
  Execution reached_;
  std::string doubt_[6];
  std::chrono::milliseconds spent_[6] = {};
};

}  // namespace

Result<ExaminedFunction> examine(const lower::LoweredFunction& function, const ExamineRequest& request, smt::Solver& solver) {
  ExaminedFunction out;
  out.name = function.name;
  for (Property property : kProperties) {
    Claim claim;
    claim.function = function.name;
    claim.property = name_of(property);
    claim.verdict = Unknown{"not examined"};
    out.claims.push_back({std::move(claim), std::nullopt});
  }
  if (!function.program) {
    const lower::Unsupported& at = function.program.error();
    int line = candidate_line(request, at.line);
    for (ExaminedClaim& claim : out.claims)
      claim.claim.verdict = Unknown{"unsupported construct: " + at.what + (line > 0 ? " at line " + std::to_string(line) : "")};
    return out;
  }
  out.program = *function.program;
  if (auto done = Examiner(*out.program, request, solver, out).run(); !done) return std::unexpected(done.error());
  return out;
}

}  // namespace assay::verify
