#include "verify/export_equivalence.h"

#include "verify/domains/explore.h"
#include "verify/lower/lower.h"

namespace assay::verify {
namespace {

using Lowered = std::vector<lower::LoweredFunction>;

Result<Attempt<Lowered>> lowered(Result<Attempt<CheckedIr>> ir, const tasks::Contract& contract) {
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return Attempt<Lowered>(std::unexpected(std::move(ir->error())));
  auto functions = lower::lower_functions((*ir)->bitcode, contract);
  if (!functions) return std::unexpected(functions.error());
  return Attempt<Lowered>(std::move(*functions));
}

Result<Equivalence> compare(const lower::LoweredFunction& reference, const lower::LoweredFunction& exported, const EquivalenceOptions& options,
                            smt::Solver& solver) {
  for (const auto* each : {&reference, &exported})
    if (!each->program) return Equivalence{.verdict = Unknown{each->program.error().what}};
  return equivalent(*reference.program, *exported.program, options, solver);
}

/// The candidate's line of a line of the emitted text; 0: none.
int emitted_line(const Policy& policy, int line) {
  const auto places = emitted_places(policy);
  return line >= 1 && static_cast<std::size_t>(line) <= places.size() ? places[static_cast<std::size_t>(line) - 1].line : 0;
}

void examine_safety(const lower::LoweredFunction& checked, std::uint64_t bound, ExportedFunction& out) {
  if (!checked.program) return;
  lower::TermPool pool;
  domains::ExploreOptions options;
  options.instruction_bound = bound;
  const auto explored = domains::explore(*checked.program, pool, options);
  if (explored.gave_up) out.may_go_wrong = *explored.gave_up, out.line = explored.gave_up_line;
  else if (!explored.open.empty()) out.may_go_wrong = explored.open.front().what, out.line = explored.open.front().line;
}

}  // namespace

Result<Attempt<std::vector<ExportedFunction>>> compare_exported(const tasks::Contract& contract, const Screened& screened, Toolchain& toolchain,
                                                                const EquivalenceOptions& options, smt::Solver& solver) {
  using Answer = Attempt<std::vector<ExportedFunction>>;
  std::vector<Lowered> of;  // simulated, checked, exported, exported as read
  for (auto* ir : {+[](Toolchain& t, const tasks::Contract& c, const Screened& s) { return t.lower_optimised(c, s); },
                   +[](Toolchain& t, const tasks::Contract& c, const Screened& s) { return t.lower(c, s); },
                   +[](Toolchain& t, const tasks::Contract& c, const Screened& s) { return t.lower_for_bpf(c, s, true); },
                   +[](Toolchain& t, const tasks::Contract& c, const Screened& s) { return t.lower_for_bpf(c, s, false); }}) {
    auto functions = lowered(ir(toolchain, contract, screened), contract);
    if (!functions) return std::unexpected(functions.error());
    if (!*functions) return Answer(std::unexpected(std::move(functions->error())));
    of.push_back(std::move(**functions));
  }
  std::vector<ExportedFunction> out;
  for (std::size_t i = 0; i < contract.functions.size(); ++i) {
    auto simulated = compare(of[0][i], of[2][i], options, solver);
    if (!simulated) return std::unexpected(simulated.error());
    auto checked = compare(of[1][i], of[2][i], options, solver);
    if (!checked) return std::unexpected(checked.error());
    ExportedFunction& made = out.emplace_back(contract.functions[i].name, std::move(*simulated), std::move(*checked), std::nullopt, "", 0);
    examine_safety(of[1][i], options.instruction_bound, made);
    made.line = emitted_line(screened.policy(), made.line);
    if (!std::holds_alternative<Unknown>(made.simulated.verdict) && !std::holds_alternative<Unknown>(made.checked.verdict)) continue;
    auto read = compare(of[1][i], of[3][i], options, solver);
    if (!read) return std::unexpected(read.error());
    made.read = std::move(*read);
  }
  return Answer(std::move(out));
}

}  // namespace assay::verify
