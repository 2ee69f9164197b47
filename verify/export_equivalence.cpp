#include "verify/export_equivalence.h"

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
    ExportedFunction& made = out.emplace_back(contract.functions[i].name, std::move(*simulated), std::move(*checked), std::nullopt);
    if (!std::holds_alternative<Unknown>(made.simulated.verdict) && !std::holds_alternative<Unknown>(made.checked.verdict)) continue;
    auto read = compare(of[1][i], of[3][i], options, solver);
    if (!read) return std::unexpected(read.error());
    made.read = std::move(*read);
  }
  return Answer(std::move(out));
}

}  // namespace assay::verify
