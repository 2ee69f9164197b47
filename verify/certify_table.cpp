#include "verify/certify_table.h"

#include <algorithm>
#include <array>

#include "verify/certify_replay.h"
#include "verify/certify_story.h"
#include "verify/table/count.h"

namespace assay::verify {
namespace {

using lower::Property;
using properties::PropertySet;
using properties::TableWord;

std::uint64_t bound_of(const CertifyOptions& options) { return options.instruction_bound * properties::kBoundFactor; }

/// Proved by a count and a run of the interpreter that gets to the claim. The Unknown says why not.
Result<Verdict> prove(const table::Subject& subject, const TableRequest& request, table::Count count, Claim& claim) {
  auto witness = table::witness_of(subject, request.toolchain, request.jail);
  if (!witness) return std::unexpected(witness.error());
  if (!*witness) return Unknown{"vacuous: no table of two places or more was found"};
  const auto execution = interpret(subject.program, **witness, bound_of(request.options));
  const std::uint64_t points = execution.points[index_of(Property::claim)];
  if (execution.stop != lower::Stop::returned || points == 0) return Unknown{"the interpreter does not get to the claim where the compiled code does: our defect"};
  claim.witness = inputs_json(subject.program, **witness);
  claim.counted = std::move(count);
  claim.grade = {};
  return Proved{points};
}

class TableSettler {
 public:
  TableSettler(const TableRequest& request, const PropertySet& set, std::size_t index, ExaminedFunction& examined)
      : request_(request), set_(set), index_(index), examined_(examined), each_(examined.claims[0]),
        subject_{request.contract, request.screened, set, index, *examined.program} {}

  Result<void> run(bool is_safe) {
    const auto* unknown = std::get_if<Unknown>(&each_.claim.verdict);
    if (unknown != nullptr && is_safe && request_.options.use_solver && request_.options.counting_budget.count() > 0)
      if (auto done = count(unknown->reason); !done) return done;
    return std::holds_alternative<Refuted>(each_.claim.verdict) ? tell() : Result<void>{};
  }

 private:
  Result<void> count(const std::string& open) {
    auto found = table::count_tables(subject_, {request_.options.counting_budget, request_.stop, request_.options.counting_progress}, request_.toolchain, request_.jail);
    if (!found) return std::unexpected(found.error());
    if (auto* unsettled = std::get_if<table::Unsettled>(&*found)) each_.claim.verdict = Unknown{open + "; tables written out: " + unsettled->reason};
    if (auto* fault = std::get_if<table::Fault>(&*found)) return refute(*fault);
    if (auto* counted = std::get_if<table::Count>(&*found)) {
      auto verdict = prove(subject_, request_, std::move(*counted), each_.claim);
      if (!verdict) return std::unexpected(verdict.error());
      each_.claim.verdict = std::move(*verdict);
    }
    return {};
  }

  /// Like any counterexample: broken in the interpreter, made simpler, run on the compiled candidate.
  Result<void> refute(const table::Fault& fault) {
    const lower::Program& program = *examined_.program;
    auto inputs = table::inputs_of(program, fault);
    Trials trials(program, bound_of(request_.options), Property::claim);
    if (inputs) trials.consider(*inputs);
    if (!trials.refuted(Property::claim)) {
      each_.claim.verdict = Unknown{"counterexample did not reproduce: our defect (" + table::told(fault) + ")"};
      return {};
    }
    each_.counterexample = trials.counterexample(Property::claim);
    each_.claim.witness = inputs_json(program, each_.counterexample->inputs);
    each_.claim.verdict = Refuted{story(program, *each_.counterexample, Property::claim, bound_of(request_.options))};
    Replayer replayer(request_.contract, request_.screened, request_.toolchain, request_.jail, &set_);
    return replayer.settle(index_, examined_, request_.options);
  }

  Result<void> tell() {
    if (!each_.counterexample) return {};
    auto fault = table::fault_at(subject_, each_.counterexample->inputs, request_.toolchain, request_.jail);
    if (!fault) return std::unexpected(fault.error());
    if (*fault) std::get<Refuted>(each_.claim.verdict).counterexample += ": " + table::told(**fault);
    return {};
  }

  const TableRequest& request_;
  const PropertySet& set_;
  const std::size_t index_;
  ExaminedFunction& examined_;
  ExaminedClaim& each_;
  const table::Subject subject_;
};

}  // namespace

bool functions_are_safe(const tasks::Contract& contract, const std::vector<Claim>& claims) {
  return std::ranges::all_of(contract.functions, [&](const tasks::Function& function) {
    return std::ranges::all_of(std::array{Property::no_undefined_behaviour, Property::in_bounds, Property::terminates}, [&](Property property) {
      return std::ranges::any_of(claims, [&](const Claim& claim) {
        return claim.function == function.name && claim.property == lower::name_of(property) && std::holds_alternative<Proved>(claim.verdict);
      });
    });
  });
}

Result<void> settle_tables(const TableRequest& request, const PropertySet& set, const std::vector<Claim>& claims, std::vector<ExaminedFunction>& examined) {
  const bool is_safe = functions_are_safe(request.contract, claims);
  for (std::size_t i = 0; i < set.properties.size() && i < examined.size(); ++i) {
    if (set.properties[i].table == TableWord::none || !examined[i].program) continue;
    if (auto done = TableSettler(request, set, i, examined[i]).run(is_safe); !done) return done;
  }
  return {};
}

Result<bool> count_instead(const TableRequest& request, const PropertySet& set, std::size_t property, const lower::Program& program, Claim& claim) {
  if (set.properties[property].table == TableWord::none || request.options.counting_budget.count() <= 0) return false;
  const table::Subject subject{request.contract, request.screened, set, property, program};
  auto found = table::count_tables(subject, {request.options.counting_budget, request.stop, request.options.counting_progress}, request.toolchain, request.jail);
  if (!found) return std::unexpected(found.error());
  auto* count = std::get_if<table::Count>(&*found);
  if (count == nullptr) return false;
  auto verdict = prove(subject, request, std::move(*count), claim);
  if (!verdict) return std::unexpected(verdict.error());
  claim.verdict = std::move(*verdict);
  return std::holds_alternative<Proved>(claim.verdict);
}

}  // namespace assay::verify
