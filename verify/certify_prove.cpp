#include "verify/certify_prove.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "verify/certify_table.h"
#include "verify/domains/explore.h"
#include "verify/lower/lower.h"
#include "verify/proof/produce.h"
#include "verify/properties/invariant.h"

namespace assay::verify {
namespace {

/// What the two solvers may spend on one text, in steps of Z3; its clock is generous, so that a busy host gives the same bytes.
constexpr std::uint64_t kEffort = 1'000'000;
constexpr std::chrono::milliseconds kDeadline{10'000};
/// Where counting settles it anyway.
constexpr std::chrono::milliseconds kCountableDeadline{3'000};
constexpr std::size_t kCountableLost = 4;
constexpr std::chrono::milliseconds kCountableTime{10'000};

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
  /// By a proof: what was counted needs none.
  bool of_property(const std::string& name) const {
    return std::ranges::any_of(certificate_.claims, [&](const Claim& claim) { return claim.function.empty() && claim.property == name && is_proved(claim) && !claim.counted; });
  }

 private:
  static bool is_proved(const Claim& claim) { return std::holds_alternative<Proved>(claim.verdict); }
  const Certificate& certificate_;
};

/// The files of all proofs, and which claims they show.
class Proofs {
 public:
  Proofs(const Certificate& certificate, const ProveRequest& request, smt::Solver& solver)
      : proven_(certificate), bound_(request.options.instruction_bound), can_count_(request.jail != nullptr && request.options.counting_budget.count() > 0), solver_(solver) {}

  Result<void> of_function(const lower::LoweredFunction& function) {
    const Wanted wanted = proven_.of_function(function.name);
    if (wanted == Wanted{}) return {};
    auto proof = prove(function.name, function, bound_, wanted, false);
    if (!proof) return std::unexpected(proof.error());
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i] && *proof && (*proof)->shows(static_cast<lower::Property>(i)))
        shown_.insert({function.name, std::string(lower::name_of(static_cast<lower::Property>(i)))});
    return {};
  }

  /// Every execution must get to its end: all of it is to be shown.
  Result<void> of_property(const Property& property, const lower::LoweredFunction& program) {
    if (!proven_.of_property(property.name)) return {};
    const bool is_countable = can_count_ && property.table != properties::TableWord::none;
    auto proof = prove(proof::property_group(property.name), program, bound_ * properties::kBoundFactor, kAll, is_countable);
    if (!proof) return std::unexpected(proof.error());
    if (*proof && (*proof)->open.empty()) shown_.insert({"", property.name});
    else if (is_countable) std::erase_if(files_, [&](const proof::BundleFile& file) { return belongs_to(file.name, proof::property_group(property.name)); });
    return {};
  }

  bool shows(const Claim& claim) const {
    const bool by_construction = !claim.function.empty() && claim.property == lower::name_of(lower::Property::deterministic);
    return by_construction || shown_.contains({claim.function, claim.property});
  }
  Files take() { return std::move(files_); }

 private:
  static bool belongs_to(const std::string& file, const std::string& group) {
    return file == proof::proof_name(group) || file.starts_with("obligations/" + group + "/");
  }

  /// None where exploration ended early: its graph is no proof. What can be counted instead is not tried for long.
  Result<std::optional<proof::Proof>> prove(const std::string& group, const lower::LoweredFunction& function, std::uint64_t bound, const Wanted& wanted, bool is_countable) {
    if (!function.program) return std::nullopt;
    lower::TermPool pool;
    domains::ExploreOptions options;
    options.instruction_bound = bound;
    options.record = true;
    auto found = explore(*function.program, pool, options);
    proof::Graph graph = proof::tidy(std::move(found.graph));
    if (found.gave_up || !proof::shape_of(*function.program, graph)) return std::nullopt;
    proof::ProduceOptions produce{.instruction_bound = bound, .effort = kEffort, .deadline = kDeadline};
    std::ranges::copy(wanted, produce.is_wanted);
    if (is_countable) produce.deadline = kCountableDeadline, produce.most_lost = kCountableLost, produce.most_time = kCountableTime;
    auto proof = proof::produce(*function.program, std::move(graph), produce, solver_);
    if (!proof) return std::unexpected(proof.error());
    auto files = files_of(group, *proof);
    files_.insert(files_.end(), std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
    return std::optional(std::move(*proof));
  }

  Proven proven_;
  std::uint64_t bound_;
  bool can_count_;
  smt::Solver& solver_;
  std::set<std::pair<std::string, std::string>> shown_;  ///< function and property of a claim
  Files files_;
};

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

/// What is proved of: a policy, with a property set and perhaps an invariant.
struct Subject {
  const tasks::Contract& contract;
  const Screened& screened;
  const CheckedIr& ir;
  PropertySet set;
  std::optional<PropertySet> with;  ///< the set and the candidate's invariant
  Toolchain& toolchain;

  Result<void> prove(bool is_given, Proofs& proofs) const {
    const PropertySet& used = is_given ? *with : set;
    auto lowered = lower_set(contract, screened, used, toolchain);
    if (!lowered) return std::unexpected(lowered.error());
    auto functions = is_given ? Result<Lowered>(std::move(lowered->given)) : lower::lower_functions(ir.bitcode, contract);
    if (!functions) return std::unexpected(functions.error());
    for (const auto& function : *functions)
      if (auto done = proofs.of_function(function); !done) return done;
    for (std::size_t i = 0; i < lowered->properties.size(); ++i)
      if (auto done = proofs.of_property(used.properties[i], lowered->properties[i]); !done) return done;
    return with && !is_given ? prove_steps(proofs) : Result<void>{};
  }

 private:
  /// Steps of an invariant that is none as a whole may be proved one by one.
  Result<void> prove_steps(Proofs& proofs) const {
    auto steps = lower_set(contract, screened, *with, toolchain);
    if (!steps) return std::unexpected(steps.error());
    for (std::size_t i = 0; i < steps->properties.size(); ++i)
      if (with->properties[i].is_of_invariant)
        if (auto done = proofs.of_property(with->properties[i], steps->properties[i]); !done) return done;
    return {};
  }
};

void take_back(Claim& claim) {
  claim.verdict = Unknown{"it was proved, but no proof that a bundle could keep was found in time; certify again where less is running"};
  claim.witness.clear();
  claim.counted.reset();
}

/// A claim about tables of which no proof was found: true where they were counted instead. What a count rests on must be shown.
class Recounter {
 public:
  Recounter(const ProveRequest& request, const PropertySet& set) : request_(request), set_(set) {}

  Result<bool> settle(Claim& claim) {
    if (request_.jail == nullptr || !claim.function.empty()) return false;
    auto found = std::ranges::find(set_.properties, claim.property, &Property::name);
    if (found == set_.properties.end() || found->table == properties::TableWord::none) return false;
    if (!lowered_) {
      auto made = lower_set(request_.contract, request_.screened, set_, request_.toolchain);
      if (!made) return std::unexpected(made.error());
      lowered_ = std::move(made->properties);
    }
    const auto index = static_cast<std::size_t>(found - set_.properties.begin());
    if (index >= lowered_->size() || !(*lowered_)[index].program) return false;
    return count_instead({request_.contract, request_.screened, request_.options, request_.toolchain, *request_.jail, request_.stop}, set_, index, *(*lowered_)[index].program, claim);
  }

 private:
  const ProveRequest& request_;
  const PropertySet& set_;
  std::optional<Lowered> lowered_;
};

}  // namespace

/// As PropertyCertifier: the invariant is assumed only if everything that makes it one is proved. A step that is taken back
/// takes the invariant with it, and all that was shown under it: once more, without.
Result<Files> prove_programs(const ProveRequest& request, Certificate& certificate, smt::Solver& solver) {
  const auto& [contract, screened, ir, options, toolchain, jail, stop] = request;
  const PropertySet set = options.properties != nullptr ? *options.properties : PropertySet{};
  const Subject subject{contract, screened, ir, set, properties::with_invariant(set, contract, screened.policy()), toolchain};
  Recounter recounter(request, set);
  for (;;) {
    const Proven proven(certificate);
    const bool is_given = subject.with && std::ranges::all_of(subject.with->properties, [&](const Property& each) {
      return !each.is_of_invariant || proven.of_property(each.name);
    });
    Proofs proofs(certificate, request, solver);
    if (auto done = subject.prove(is_given, proofs); !done) return std::unexpected(done.error());
    bool lost_a_step = false;
    auto lose = [&](Claim& claim) {
      take_back(claim);
      lost_a_step = lost_a_step || (is_given && std::ranges::any_of(subject.with->properties, [&](const Property& each) {
        return each.is_of_invariant && claim.function.empty() && each.name == claim.property;
      }));
    };
    for (Claim& claim : certificate.claims)  // the functions', which a count rests on
      if (std::holds_alternative<Proved>(claim.verdict) && !claim.function.empty() && !proofs.shows(claim)) lose(claim);
    const bool is_safe = functions_are_safe(contract, certificate.claims);
    for (Claim& claim : certificate.claims) {
      if (!std::holds_alternative<Proved>(claim.verdict) || !claim.function.empty() || proofs.shows(claim)) continue;
      if (claim.counted && is_safe) continue;
      auto counted = !claim.counted && is_safe && !subject.with ? recounter.settle(claim) : Result<bool>(false);
      if (!counted) return std::unexpected(counted.error());
      if (!*counted) lose(claim);
    }
    if (lost_a_step) continue;
    certificate.obligations = certificate.obligations_digest();
    return proofs.take();
  }
}

}  // namespace assay::verify
