#include "verify/certify_prove.h"

#include "verify/domains/explore.h"
#include "verify/lower/lower.h"
#include "verify/proof/produce.h"

namespace assay::verify {
namespace {

/// What the two solvers may spend on one text, in steps of Z3; its clock is generous, so that a busy host gives the same bytes.
constexpr std::uint64_t kEffort = 3'000'000;
constexpr std::chrono::milliseconds kDeadline{30'000};

using Files = std::vector<proof::BundleFile>;

/// A graph that is no proof, because exploration ended early, is left out: then nothing is shown.
Result<void> prove_one(const std::string& group, const lower::LoweredFunction& function, std::uint64_t bound, smt::Solver& solver, Files& out) {
  if (!function.program) return {};
  lower::TermPool pool;
  domains::ExploreOptions options;
  options.instruction_bound = bound;
  options.record = true;
  auto found = explore(*function.program, pool, options);
  proof::Graph graph = proof::tidy(std::move(found.graph));
  if (found.gave_up || !proof::shape_of(*function.program, graph)) return {};
  auto proof = proof::produce(*function.program, std::move(graph), {.instruction_bound = bound, .effort = kEffort, .deadline = kDeadline}, solver);
  if (!proof) return std::unexpected(proof.error());
  auto files = files_of(group, *proof);
  out.insert(out.end(), std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
  return {};
}

}  // namespace

Result<Files> prove_programs(const tasks::Contract& contract, const Screened& screened, const CheckedIr& ir,
                             const CertifyOptions& options, Toolchain& toolchain, smt::Solver& solver) {
  Files out;
  auto functions = lower::lower_functions(ir.bitcode, contract);
  if (!functions) return std::unexpected(functions.error());
  for (const auto& function : *functions)
    if (auto done = prove_one(function.name, function, options.instruction_bound, solver, out); !done) return std::unexpected(done.error());
  if (options.properties == nullptr || options.properties->properties.empty()) return out;
  auto made = toolchain.lower_properties(contract, screened, *options.properties);
  if (!made) return std::unexpected(made.error());
  if (!*made) return out;
  auto lowered = lower::lower_properties((*made)->bitcode, contract, *options.properties);
  if (!lowered) return std::unexpected(lowered.error());
  std::uint64_t bound = options.instruction_bound * properties::kBoundFactor;
  for (std::size_t i = 0; i < lowered->size(); ++i) {
    std::string group = proof::property_group(options.properties->properties[i].name);
    if (auto done = prove_one(group, (*lowered)[i], bound, solver, out); !done) return std::unexpected(done.error());
  }
  return out;
}

}  // namespace assay::verify
