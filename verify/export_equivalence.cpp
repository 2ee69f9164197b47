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

Result<Equivalence> compare(const lower::LoweredFunction& checked, const lower::LoweredFunction& exported, const EquivalenceOptions& options,
                            smt::Solver& solver) {
  for (const auto* each : {&checked, &exported})
    if (!each->program) return Equivalence{.verdict = Unknown{each->program.error().what}};
  return equivalent(*checked.program, *exported.program, options, solver);
}

}  // namespace

Result<Attempt<std::vector<ExportedFunction>>> exported_equals_checked(const tasks::Contract& contract, const Screened& screened, Toolchain& toolchain,
                                                                       const EquivalenceOptions& options, smt::Solver& solver) {
  auto checked = lowered(toolchain.lower(contract, screened), contract);
  if (!checked) return std::unexpected(checked.error());
  auto exported = lowered(toolchain.lower_for_bpf(contract, screened), contract);
  if (!exported) return std::unexpected(exported.error());
  for (auto* each : {&*checked, &*exported})
    if (!*each) return Attempt<std::vector<ExportedFunction>>(std::unexpected(std::move(each->error())));
  if ((*checked)->size() != (*exported)->size()) return fail("the exported code has other functions than the checked one");
  std::vector<ExportedFunction> out;
  for (std::size_t i = 0; i < (*checked)->size(); ++i) {
    auto compared = compare((**checked)[i], (**exported)[i], options, solver);
    if (!compared) return std::unexpected(compared.error());
    out.push_back({(**checked)[i].name, std::move(*compared)});
  }
  return Attempt<std::vector<ExportedFunction>>(std::move(out));
}

}  // namespace assay::verify
