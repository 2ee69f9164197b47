#include "verify/equivalence.h"

#include <algorithm>
#include <optional>
#include <string>

#include "verify/domains/summary.h"
#include "verify/lower/sample.h"
#include "verify/smt/query.h"

namespace assay::verify {
namespace {

using domains::Exploration;
using domains::Summary;
using lower::Execution;
using lower::Inputs;
using lower::kNone;
using lower::kNoTerm;
using lower::Program;
using lower::Stop;
using lower::TermId;

constexpr unsigned kSamples = 200;
constexpr unsigned kNeighbours = 100;

/// A place that both functions leave a value in.
struct Output {
  std::string name;
  std::uint32_t slot = kNone;  ///< the same in both; kNone: the answer
};

std::optional<std::string> difference_of_shape(const Program& a, const Program& b) {
  if (a.return_width != b.return_width) return "their answers are of different types";
  if (a.inputs.size() != b.inputs.size()) return "they have different inputs";
  for (std::size_t i = 0; i < a.inputs.size(); ++i)
    if (a.inputs[i].name != b.inputs[i].name || a.inputs[i].min != b.inputs[i].min || a.inputs[i].max != b.inputs[i].max)
      return "they have different inputs: " + a.inputs[i].name + " and " + b.inputs[i].name;
  return std::nullopt;
}

std::uint32_t state_slot(const Program& program, const std::string& name) {
  for (const lower::Object& object : program.objects)
    for (std::uint32_t i = object.first_slot; object.is_state && i < object.first_slot + object.slot_count; ++i)
      if (program.slots[i].name == name) return i;
  return kNone;
}

class Comparison {
 public:
  Comparison(const Program& reference, const Program& other, const EquivalenceOptions& options, smt::Solver& solver)
      : a_(reference), b_(other), options_(options), solver_(solver) {}

  Result<Equivalence> run() {
    if (auto shape = difference_of_shape(a_, b_)) return conclude(Unknown{*shape});
    if (!has_inputs(a_)) return conclude(Unknown{"vacuous: a declared range is empty, so no input exists"});
    for (const Inputs& inputs : sample_inputs(a_, kSamples))
      if (auto found = differs(inputs)) return conclude(Refuted{*found});
    if (returned_ == 0) return conclude(Unknown{"vacuous: no input was found for which the reference returns"});
    return prove();
  }

 private:
  Equivalence conclude(Verdict verdict) {
    out_.verdict = std::move(verdict);
    return out_;
  }

  // ---- concrete runs ---------------------------------------------------------------------------------------------------

  /// What an input shows to be different, in words.
  std::optional<std::string> differs(const Inputs& inputs) {
    Execution first = interpret(a_, inputs, options_.instruction_bound);
    if (first.stop != Stop::returned) return std::nullopt;
    ++returned_;
    Execution second = interpret(b_, inputs, options_.instruction_bound);
    std::string at = assignment(inputs);
    if (second.stop == Stop::exceeded) return at + ": the reference returns, the other does not within the bound";
    if (second.stop != Stop::returned) return at + ": the reference returns, the other does not: " + why(second);
    if (a_.return_width != 0 && first.result != second.result)
      return at + ": the answers are " + lower::text_of(first.result) + " and " + lower::text_of(second.result);
    for (std::uint32_t slot = 0; slot < a_.slots.size(); ++slot)
      if (std::uint32_t twin = matched(slot); twin != kNone && first.slots[slot] != second.slots[twin])
        return at + ": " + a_.slots[slot].name + " becomes " + lower::text_of(first.slots[slot]) + " and " + lower::text_of(second.slots[twin]);
    return std::nullopt;
  }

  std::string why(const Execution& execution) const {
    return execution.check == kNone ? "an assumption fails" : b_.checks[execution.check].what;
  }

  std::string assignment(const Inputs& inputs) const {
    std::string out;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i] != lower::simplest(a_.inputs[i])) out += (out.empty() ? "" : ", ") + a_.inputs[i].name + " = " + lower::text_of(inputs[i]);
    return out.empty() ? "every input as near to 0 as its range allows" : out;
  }

  /// The slot of the other program for a state slot of the reference; kNone: not state.
  std::uint32_t matched(std::uint32_t slot) const {
    bool is_state = state_slot(a_, a_.slots[slot].name) == slot;
    return is_state ? state_slot(b_, a_.slots[slot].name) : kNone;
  }

  // ---- proof -----------------------------------------------------------------------------------------------------------

  Result<Equivalence> prove() {
    domains::ExploreOptions explore_options;
    explore_options.instruction_bound = options_.instruction_bound;
    explore_options.sum_up_loops = false;  // outcomes must be exact
    Exploration first = explore(a_, pool_, explore_options), second = explore(b_, pool_, explore_options);
    for (const Exploration* each : {&first, &second})
      if (each->gave_up) return conclude(Unknown{*each->gave_up});
    if (first.outcomes.empty() || second.outcomes.empty()) return conclude(Unknown{"no way to a return was found"});
    if (mentions_symbols()) return conclude(Unknown{"a loop was summed up: its effect is not known exactly"});
    auto same = compare_outputs(first, summarise(second, pool_));
    if (!same || !*same) return same ? Result<Equivalence>(out_) : std::unexpected(same.error());
    auto safe = other_returns(first, second);
    if (!safe || !*safe) return safe ? Result<Equivalence>(out_) : std::unexpected(safe.error());
    return conclude(Proved{returned_});
  }

  bool mentions_symbols() const {
    for (TermId id = 0; id < pool_.size(); ++id)
      if (pool_[id].kind == lower::TermKind::symbol) return true;
    return false;
  }

  /// On every way of the reference each output is the other's. False: `out_` holds a verdict already.
  Result<bool> compare_outputs(const Exploration& reference, const Summary& other) {
    for (const domains::Return& way : reference.outcomes) {
      if (a_.return_width != 0)
        if (auto same = compare(way, way.result, other.result, "the answer"); !same || !*same) return same;
      for (std::uint32_t slot = 0; slot < a_.slots.size(); ++slot)
        if (std::uint32_t twin = matched(slot); twin != kNone)
          if (auto same = compare(way, way.memory[slot], other.memory[twin], a_.slots[slot].name); !same || !*same) return same;
    }
    return true;
  }

  Result<bool> compare(const domains::Return& way, TermId mine, TermId theirs, const std::string& what) {
    if (mine == kNoTerm || theirs == kNoTerm) return conclude(Unknown{what + " may be uninitialised"}), false;
    if (mine == theirs) return ++out_.by_terms, true;
    return excluded(way.path, pool_.negate(same(mine, theirs)), what + " differs");
  }

  /// Of doubles: equal, both zeros being one, or both NaN.
  TermId same(TermId mine, TermId theirs) {
    if (!pool_[mine].is_double) return pool_.make(lower::Op::eq, 1, mine, theirs);
    auto is_nan = [&](TermId id) { return pool_.make(lower::Op::funordered, 1, id, pool_.constant(0, 64, true)); };
    return pool_.either(pool_.make(lower::Op::feq, 1, mine, theirs), pool_.both(is_nan(mine), is_nan(theirs)));
  }

  /// Wherever the reference returns, the other violates nothing.
  Result<bool> other_returns(const Exploration& reference, const Exploration& other) {
    for (const domains::Obligation& open : other.open) {
      if (open.property == lower::Property::output_range) continue;
      for (const domains::Return& way : reference.outcomes) {
        std::vector<TermId> path = way.path;
        path.insert(path.end(), open.path.begin(), open.path.end());
        if (auto none = excluded(path, open.violation, "in the other: " + open.what); !none || !*none) return none;
      }
    }
    return true;
  }

  /// No input satisfies `path` and `violation`. False: `out_` holds a verdict already.
  Result<bool> excluded(const std::vector<TermId>& path, TermId violation, const std::string& what) {
    if (pool_.is_constant(violation, 0)) return ++out_.by_terms, true;
    smt::Question question{a_, pool_, path, violation};
    std::string reason = "no theory could express it";
    for (smt::Theory theory : {smt::Theory::integers, smt::Theory::bit_vectors}) {
      auto text = write_query(question, theory, a_.function + ", equivalence: " + what);
      if (!text) continue;
      auto answer = solver_.ask(*text, options_.effort, options_.deadline);
      if (!answer) return std::unexpected(answer.error());
      if (answer->verdict == smt::Verdict::unsat) return ++out_.by_solver, true;
      reason = answer->reason;
      if (answer->verdict == smt::Verdict::sat) return conclude(from_model(*answer, what)), false;
    }
    return conclude(Unknown{"not settled: " + what + " (" + reason + ")"}), false;
  }

  /// A model counts once it was run.
  Verdict from_model(const smt::Answer& answer, const std::string& what) {
    Inputs inputs;
    for (const lower::Input& input : a_.inputs) inputs.push_back(value_in(answer, input));
    if (auto found = differs(inputs)) return Refuted{*found};
    for (const Inputs& near : neighbours(a_, inputs, kNeighbours))
      if (auto found = differs(near)) return Refuted{*found};
    return Unknown{"the solver's counterexample did not reproduce: " + what};
  }

  /// Bit-vectors come back unsigned, both kinds in decimal; what does not fit the range is brought into it.
  static lower::Word value_in(const smt::Answer& answer, const lower::Input& input) {
    for (const auto& [name, text] : answer.model) {
      if (name != input.name) continue;
      lower::Word value = 0;
      bool negative = text.starts_with('-');
      for (char c : text)
        if (c >= '0' && c <= '9' && value < lower::largest(64)) value = value * 10 + (c - '0');
      if (negative) value = -value;
      if (value > lower::largest(64)) value = lower::wrap(static_cast<lower::UnsignedWord>(value), 64);
      return std::clamp(value, input.min, input.max);
    }
    return lower::simplest(input);
  }

  const Program &a_, &b_;
  const EquivalenceOptions& options_;
  smt::Solver& solver_;
  lower::TermPool pool_;
  std::uint64_t returned_ = 0;
  Equivalence out_;
};

}  // namespace

Result<Equivalence> equivalent(const Program& reference, const Program& other, const EquivalenceOptions& options, smt::Solver& solver) {
  return Comparison(reference, other, options, solver).run();
}

}  // namespace assay::verify
