#include "verify/certify_property.h"

#include <algorithm>

#include "verify/properties/invariant.h"

namespace assay::verify {
namespace {

using properties::Property;
using properties::PropertySet;

bool is_proved(const ExaminedFunction& examined) {
  return std::ranges::all_of(examined.claims, [](const ExaminedClaim& each) { return std::holds_alternative<Proved>(each.claim.verdict); });
}

}  // namespace

template <class Wanted>
Result<std::vector<ExaminedFunction>> PropertyCertifier::examine_all(const PropertySet& set, Wanted wanted) {
  const auto& [contract, screened, options, toolchain, jail, solver] = request_;
  std::vector<ExaminedFunction> out;
  if (std::ranges::none_of(set.properties, wanted)) return out;
  auto began = std::chrono::steady_clock::now();
  auto ir = toolchain.lower_properties(contract, screened, set);
  if (!ir) return std::unexpected(ir.error());
  auto compiled = std::chrono::steady_clock::now();
  auto compiling = compiled - began;
  std::vector<lower::LoweredFunction> lowered;
  std::vector<Place> places;
  if (*ir) {
    auto programs = lower::lower_properties((*ir)->bitcode, contract, set);
    if (!programs) return std::unexpected(programs.error());
    lowered = std::move(*programs);
    places = (*ir)->places;
  } else {
    for (const Property& property : set.properties)
      lowered.push_back({property.name, std::unexpected(lower::Unsupported{"no checked IR: " + ir->error().detail, 0})});
  }
  auto lowering = std::chrono::steady_clock::now() - compiled;
  Replayer replayer(contract, screened, toolchain, jail, &set);
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    if (!wanted(set.properties[i])) continue;
    auto examined = examine_property(lowered[i], set.properties[i], {contract, places, options}, solver);
    if (!examined) return std::unexpected(examined.error());
    auto before = replayer.spent();
    if (auto ran = replayer.settle(i, *examined, options); !ran) return std::unexpected(ran.error());
    examined->times.replay += replayer.spent() - before;
    examined->times.clang += std::exchange(compiling, {});
    examined->times.lower += std::exchange(lowering, {});
    out.push_back(std::move(*examined));
  }
  return out;
}

Result<void> PropertyCertifier::run() {
  const auto& [contract, screened, options, toolchain, jail, solver] = request_;
  PropertySet set = options.properties != nullptr ? *options.properties : PropertySet{};
  auto with = properties::with_invariant(set, contract, screened.policy());
  std::vector<ExaminedFunction> of_invariant;
  if (with) {
    auto done = examine_all(*with, [](const Property& property) { return property.is_of_invariant; });
    if (!done) return std::unexpected(done.error());
    of_invariant = std::move(*done);
    if (of_invariant.empty() || !std::ranges::all_of(of_invariant, is_proved)) with.reset();
  }
  auto done = examine_all(with ? *with : set, [](const Property& property) { return !property.is_of_invariant; });
  if (!done) return std::unexpected(done.error());
  examined_ = std::move(*done);
  std::ranges::move(of_invariant, std::back_inserter(examined_));
  if (!with) return {};
  auto ir = toolchain.lower_properties(contract, screened, *with);
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return {};
  auto functions = lower::lower_given((*ir)->bitcode, contract, *with);
  if (!functions) return std::unexpected(functions.error());
  given_ = std::move(*functions);
  return {};
}

}  // namespace assay::verify
