#include "verify/certify_prove.h"

#include <algorithm>
#include <array>

#include "verify/domains/explore.h"
#include "verify/lower/lower.h"
#include "verify/proof/produce.h"
#include "verify/properties/invariant.h"

namespace assay::verify {
namespace {

/// What the two solvers may spend on one text, in steps of Z3; its clock is generous, so that a busy host gives the same bytes.
constexpr std::uint64_t kEffort = 1'000'000;
constexpr std::chrono::milliseconds kDeadline{10'000};

using Files = std::vector<proof::BundleFile>;

using Lowered = std::vector<lower::LoweredFunction>;
using properties::Property;
using properties::PropertySet;

/// By lower::Property: what is to be shown of a program.
using Wanted = std::array<bool, 6>;
constexpr Wanted kAll{true, true, true, true, true, true};

/// What a certificate calls proved: nothing else needs a proof.
class Proven {
 public:
  explicit Proven(const Certificate& certificate) : certificate_(certificate) {}

  Wanted of_function(const std::string& name) const {
    Wanted out{};
    for (const Claim& claim : certificate_.claims)
      for (std::size_t i = 0; i < out.size() && claim.function == name; ++i)
        if (claim.property == lower::name_of(static_cast<lower::Property>(i))) out[i] = is_proved(claim);
    out[static_cast<std::size_t>(lower::Property::deterministic)] = false;  // by construction: no obligation is about it
    return out;
  }
  bool of_property(const std::string& name) const {
    return std::ranges::any_of(certificate_.claims, [&](const Claim& claim) { return claim.function.empty() && claim.property == name && is_proved(claim); });
  }

 private:
  static bool is_proved(const Claim& claim) { return std::holds_alternative<Proved>(claim.verdict); }
  const Certificate& certificate_;
};

/// A graph that is no proof, because exploration ended early, is left out: then nothing is shown.
Result<void> prove_one(const std::string& group, const lower::LoweredFunction& function, std::uint64_t bound, const Wanted& wanted,
                       smt::Solver& solver, Files& out) {
  if (!function.program || wanted == Wanted{}) return {};
  lower::TermPool pool;
  domains::ExploreOptions options;
  options.instruction_bound = bound;
  options.record = true;
  auto found = explore(*function.program, pool, options);
  proof::Graph graph = proof::tidy(std::move(found.graph));
  if (found.gave_up || !proof::shape_of(*function.program, graph)) return {};
  proof::ProduceOptions produce{.instruction_bound = bound, .effort = kEffort, .deadline = kDeadline};
  std::ranges::copy(wanted, produce.is_wanted);
  auto proof = proof::produce(*function.program, std::move(graph), produce, solver);
  if (!proof) return std::unexpected(proof.error());
  auto files = files_of(group, *proof);
  out.insert(out.end(), std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
  return {};
}

/// What properties.cpp becomes with this set: its properties' programs, and the functions that assume the invariant.
struct FromSet {
  Lowered properties, given;
};

Result<FromSet> lower_set(const tasks::Contract& contract, const Screened& screened, const PropertySet& set, Toolchain& toolchain) {
  FromSet out;
  if (set.properties.empty()) return out;
  auto made = toolchain.lower_properties(contract, screened, set);
  if (!made) return std::unexpected(made.error());
  if (!*made) return out;
  auto programs = lower::lower_properties((*made)->bitcode, contract, set);
  if (!programs) return std::unexpected(programs.error());
  out.properties = std::move(*programs);
  if (set.invariant_text.empty()) return out;
  auto given = lower::lower_given((*made)->bitcode, contract, set);
  if (!given) return std::unexpected(given.error());
  out.given = std::move(*given);
  return out;
}

}  // namespace

/// As PropertyCertifier: the invariant is assumed only if everything that makes it one is proved.
Result<Files> prove_programs(const tasks::Contract& contract, const Screened& screened, const CheckedIr& ir,
                             const Certificate& certificate, const CertifyOptions& options, Toolchain& toolchain, smt::Solver& solver) {
  Files out;
  Proven proven(certificate);
  auto functions = lower::lower_functions(ir.bitcode, contract);
  if (!functions) return std::unexpected(functions.error());
  const PropertySet set = options.properties != nullptr ? *options.properties : PropertySet{};
  auto with = properties::with_invariant(set, contract, screened.policy());
  bool is_given = with && std::ranges::all_of(with->properties, [&](const Property& each) { return !each.is_of_invariant || proven.of_property(each.name); });
  const PropertySet& used = is_given ? *with : set;
  auto lowered = lower_set(contract, screened, used, toolchain);
  if (!lowered) return std::unexpected(lowered.error());
  if (is_given) functions = std::move(lowered->given);
  for (const auto& function : *functions)
    if (auto done = prove_one(function.name, function, options.instruction_bound, proven.of_function(function.name), solver, out); !done) return std::unexpected(done.error());
  for (std::size_t i = 0; i < lowered->properties.size(); ++i) {
    const std::string& name = used.properties[i].name;
    if (!proven.of_property(name)) continue;
    if (auto done = prove_one(proof::property_group(name), lowered->properties[i], options.instruction_bound * properties::kBoundFactor, kAll, solver, out); !done) return std::unexpected(done.error());
  }
  if (!with || is_given) return out;
  // Steps of an invariant that is none as a whole may be proved one by one.
  auto steps = lower_set(contract, screened, *with, toolchain);
  if (!steps) return std::unexpected(steps.error());
  for (std::size_t i = 0; i < steps->properties.size(); ++i) {
    const Property& property = with->properties[i];
    if (!property.is_of_invariant || !proven.of_property(property.name)) continue;
    if (auto done = prove_one(proof::property_group(property.name), steps->properties[i], options.instruction_bound * properties::kBoundFactor, kAll, solver, out); !done) return std::unexpected(done.error());
  }
  return out;
}

}  // namespace assay::verify
