#include "verify/certify_solve.h"

#include <algorithm>
#include <unordered_set>

namespace assay::verify {
namespace {

using domains::Obligation;
using lower::Inputs;
using lower::Property;

constexpr unsigned kNeighbours = 200;
/// Z3's own steps per millisecond of budget, below what it does on the build machines (about 3500): the repeatable count
/// ends a query. The clock is the second line, for a query that does not count its steps or a host that is busy.
constexpr std::uint64_t kEffortPerMillisecond = 1500;

/// A decimal number of a model as the input's canonical value; bit-vector models come unsigned.
std::optional<lower::Word> number_of(const std::string& text, const lower::Program& program, const lower::Input& input) {
  lower::Word value = 0;
  bool negative = text.starts_with('-');
  if (text.size() == negative || text.size() > 36) return std::nullopt;
  for (char digit : text.substr(negative)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  unsigned width = input.value != lower::kNone ? program.values[input.value].width : program.slots[input.slot].bytes * 8;
  value = lower::wrap(static_cast<lower::UnsignedWord>(negative ? -value : value), width);
  if (input.is_double) value = lower::word_of(lower::double_of(value));  // every NaN is one
  if (!lower::in_range(value, input.min, input.max, input.is_double)) return std::nullopt;
  return value;
}

}  // namespace

int candidate_line(const ExamineRequest& request, int emitted) {
  bool known = emitted > 0 && static_cast<std::size_t>(emitted) < request.places.size();
  return known ? request.places[static_cast<std::size_t>(emitted)].line : emitted;
}

bool mentions_symbols(const lower::TermPool& pool, const Obligation& obligation) {
  std::vector<lower::TermId> open = obligation.path;
  open.push_back(obligation.violation);
  std::unordered_set<lower::TermId> seen;
  while (!open.empty()) {
    lower::TermId id = open.back();
    open.pop_back();
    if (id == lower::kNoTerm || !seen.insert(id).second) continue;
    const lower::Term& term = pool[id];
    if (term.kind == lower::TermKind::symbol) return true;
    open.insert(open.end(), {term.a, term.b, term.c});
  }
  return false;
}

/// What a property claims stands in properties.cpp, everything else in the candidate.
std::string Discharge::place(const Obligation& at) const {
  if (at.line <= 0) return "";
  if (at.property == Property::claim) return " at properties.cpp, line " + std::to_string(at.line);
  return " at line " + std::to_string(candidate_line(request_, at.line));
}

std::string Discharge::title(const Obligation& obligation, std::string_view expected) const {
  return program_.function + ", " + std::string(name_of(obligation.property)) + place(obligation) + ": " + obligation.what +
         "; expected: " + std::string(expected);
}

Result<void> Discharge::settle(const domains::Exploration& found) {
  for (const Obligation& obligation : found.open) {
    if (trials_.refuted(obligation.property) || !doubt(obligation.property).empty()) continue;
    if (!request_.options.use_solver)
      doubt_[index_of(obligation.property)] = "not settled by intervals: " + obligation.what + place(obligation);
    else if (auto asked = settle(obligation); !asked)
      return asked;
  }
  return {};
}

/// Integers first: they know multiplication and division. Before much is spent, inputs near one that gets there are
/// tried: nonlinear questions with an answer are often easier to answer than to solve. Then bit-vectors. Doubles go to
/// reals with a rounding enclosure, whose models say nothing, and exactly last; what has none is not asked there.
Result<void> Discharge::settle(const Obligation& obligation) {
  struct Step {
    smt::Theory theory;
    std::uint64_t share;  ///< of the claim's effort: one part in so many
  };
  std::string reason = "no theory could express it";
  bool has_doubles = true;
  for (Step step : {Step{smt::Theory::integers, 10}, Step{smt::Theory::integers, 2}, Step{smt::Theory::unbounded, 2}, Step{smt::Theory::bit_vectors, 2},
                    Step{smt::Theory::reals, 2}, Step{smt::Theory::floating_point, 2}}) {
    if (!has_doubles && (step.theory == smt::Theory::reals || step.theory == smt::Theory::floating_point)) continue;
    smt::Question question{program_, pool_, obligation.path, obligation.violation};
    auto text = write_query(question, step.theory, title(obligation, "unsat"));
    if (step.theory == smt::Theory::bit_vectors) has_doubles = !text;
    if (!text) continue;
    auto answer = ask(*text, obligation.property, step.share);
    if (!answer) return std::unexpected(answer.error());
    if (answer->verdict == smt::Verdict::unsat) {
      texts_.push_back(*text);
      ++settled_[index_of(obligation.property)];
      return {};
    }
    if (answer->verdict == smt::Verdict::sat && !is_exact(step.theory)) {
      if (step.theory == smt::Theory::reals) reason = "the rounding enclosure is too wide";
      continue;
    }
    if (answer->verdict == smt::Verdict::sat) {
      texts_.push_back(*write_query(question, step.theory, title(obligation, "sat")));
      accept_model(obligation, *answer);
      return {};
    }
    reason = answer->reason;
    if (step.share == 10)
      if (auto found = hunt(obligation); !found || *found) return found ? Result<void>{} : std::unexpected(found.error());
  }
  doubt_[index_of(obligation.property)] = "not settled: " + obligation.what + place(obligation) + " (" + reason + ")";
  return {};
}

/// True: an input near one that satisfies the path alone breaks the claim.
Result<bool> Discharge::hunt(const Obligation& obligation) {
  smt::Question question{program_, pool_, obligation.path, pool_.truth(true)};
  auto text = write_query(question, smt::Theory::integers, "a way there");
  if (!text) return false;
  auto answer = ask(*text, obligation.property, 10);
  if (!answer) return std::unexpected(answer.error());
  auto near = answer->verdict == smt::Verdict::sat ? inputs_of(*answer) : std::nullopt;
  if (!near) return false;
  for (const Inputs& inputs : neighbours(program_, *near, kNeighbours))
    if (trials_.consider(inputs); trials_.refuted(obligation.property)) return true;
  return false;
}

/// The budget is the claim's, shared by its queries.
Result<smt::Answer> Discharge::ask(const std::string& text, Property property, std::uint64_t share) {
  using std::chrono::milliseconds;
  auto total = request_.options.solver_budget;
  auto& spent = of_claim_[index_of(property)];
  auto left = std::max(request_.options.clock_slack * total - std::chrono::duration_cast<milliseconds>(spent), milliseconds{1});
  auto effort = static_cast<std::uint64_t>(total.count()) * kEffortPerMillisecond / share;
  auto began = std::chrono::steady_clock::now();
  auto answer = solver_.ask(text, effort, left);
  auto took = std::chrono::steady_clock::now() - began;
  spent += took;
  spent_ += took;
  return answer;
}

std::optional<Inputs> Discharge::inputs_of(const smt::Answer& answer) const {
  Inputs out;
  for (const lower::Input& input : program_.inputs) {
    out.push_back(simplest(input));
    for (const auto& [name, value] : answer.model)
      if (name == input.name) {
        auto number = number_of(value, program_, input);
        if (!number) return std::nullopt;
        out.back() = *number;
      }
  }
  return out;
}

/// A model must break the claim when it is run. One that does not is a defect of ours and proves nothing, unless symbols
/// stand for a loop's effect in it: then the summary holds more than the loop does, and the claim is open.
void Discharge::accept_model(const Obligation& obligation, const smt::Answer& answer) {
  auto inputs = inputs_of(answer);
  auto broken = inputs ? trials_.consider(*inputs) : std::nullopt;
  if (broken == obligation.property) return;
  std::string where = obligation.what + place(obligation);
  doubt_[index_of(obligation.property)] = mentions_symbols(pool_, obligation)
                                              ? "not settled: " + where + " (what is known of a loop does not exclude it)"
                                              : "counterexample did not reproduce: our defect (" + where + ")";
}

Result<void> Discharge::seek_witness(const domains::Exploration& found) {
  if (!request_.options.use_solver) return {};
  for (const auto& path : found.returns) {
    smt::Question question{program_, pool_, path, pool_.truth(true)};
    for (smt::Theory theory : {smt::Theory::integers, smt::Theory::bit_vectors}) {
      auto text = write_query(question, theory, program_.function + ": an input that returns; expected: sat");
      if (!text) continue;
      auto answer = ask(*text, Property::deterministic, 2);
      if (!answer) return std::unexpected(answer.error());
      auto inputs = answer->verdict == smt::Verdict::sat ? inputs_of(*answer) : std::nullopt;
      if (inputs) trials_.consider(*inputs);
      if (trials_.has_witness()) return {};
    }
  }
  return {};
}

}  // namespace assay::verify
