// The claims of a certificate against what its proofs show, and against runs of the interpreter.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/verdict.h"
#include "verify/lower/interpret.h"
#include "verify/proof/check_parts.h"

namespace assay::verify::proof {
namespace {

using lower::Execution;
using lower::Program;
using lower::Property;
using lower::Stop;
using lower::Word;

constexpr std::array kDefaults{Property::no_undefined_behaviour, Property::in_bounds, Property::terminates, Property::deterministic,
                               Property::output_range};
/// Past this many instructions a run of the interpreter counts as endless.
constexpr std::uint64_t kEndlessRun = 2'000'000;
constexpr int kVersion = 1;

struct Stated {
  std::string function, property, level, verdict;
  Json json;
  std::string place() const { return "claim " + (function.empty() ? "" : function + ", ") + property; }
};

Found<Stated> read_claim(const Json& json) {
  Stated out{"", "", "", "", json};
  for (auto [key, into] : {std::pair{"function", &out.function}, std::pair{"property", &out.property}, std::pair{"level", &out.level}, std::pair{"verdict", &out.verdict}}) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_string()) return wrong("a claim without its \"" + std::string(key) + "\"");
    *into = json[key].get<std::string>();
  }
  return out;
}

std::optional<Word> number_of(const Json& json, const lower::Input& input) {
  if (!input.is_double) {
    if (!json.is_number_integer()) return std::nullopt;
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return Word{json.get<std::int64_t>()};
  }
  if (!json.is_string()) return std::nullopt;
  std::string text = json.get<std::string>();
  double value = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size() && !std::isnan(value);
  return whole ? std::optional(lower::word_of(value)) : std::nullopt;
}

/// Inputs that are declared: all of them, each in its range, and none else.
Found<std::vector<Word>> read_inputs(const Json& json, const Program& program) {
  if (!json.is_object() || json.size() != program.inputs.size()) return wrong("its inputs are not those of the function");
  std::vector<Word> out;
  for (const lower::Input& input : program.inputs) {
    auto found = json.find(input.name);
    auto value = found == json.end() ? std::nullopt : number_of(*found, input);
    bool inside = value && (input.is_double ? lower::double_in_range(*value, input.min, input.max) : input.min <= *value && *value <= input.max);
    if (!inside) return wrong("the input " + input.name + " is missing, or outside of its range");
    out.push_back(*value);
  }
  return out;
}

std::optional<Property> broken_by(const Program& program, const Execution& execution) {
  if (execution.stop == Stop::violated) return program.checks[execution.check].property;
  if (execution.stop == Stop::exceeded) return Property::terminates;
  if (execution.stop == Stop::dismissed || output_in_range(program, execution)) return std::nullopt;
  return Property::output_range;
}

/// What the certifier counts as reached by a run that returns.
std::uint64_t points_of(const Execution& execution, Property property) {
  std::uint64_t points = execution.points[static_cast<std::size_t>(property)];
  if (property == Property::claim) return points;
  return property <= Property::in_bounds ? points + 1 : 1;
}

class ClaimChecker {
 public:
  ClaimChecker(const Json& certificate, const std::vector<Group>& groups) : certificate_(certificate), groups_(groups) {}

  Found<std::string> run() {
    if (certificate_.value("version", Json()) != kVersion) return wrong("certificate.json is of another version");
    if (!certificate_.contains("claims") || !certificate_["claims"].is_array()) return wrong("certificate.json has no claims");
    for (const Json& each : certificate_["claims"]) {
      auto stated = read_claim(each);
      if (!stated) return std::unexpected(stated.error());
      stated_.push_back(std::move(*stated));
    }
    std::size_t next = 0;
    for (const Group& group : groups_)
      for (Property property : properties_of(group))
        if (auto good = check_next(group, property, next++); !good) return std::unexpected(good.error());
    if (next != stated_.size()) return wrong("certificate.json has more claims than the contract and its properties give");
    if (auto good = check_verdict(); !good) return std::unexpected(good.error());
    return std::to_string(proved_) + " of " + std::to_string(stated_.size()) + " claims proved, " + std::to_string(ran_) + " runs of the interpreter agree";
  }

 private:
  static std::vector<Property> properties_of(const Group& group) {
    if (group.property != nullptr) return {Property::claim};
    return {kDefaults.begin(), kDefaults.end()};
  }

  Found<void> check_next(const Group& group, Property property, std::size_t index) {
    std::string name = group.property != nullptr ? group.property->name : std::string(lower::name_of(property));
    std::string level(properties::name_of(group.property != nullptr ? group.property->level : properties::Level::required));
    std::string wanted = "claim " + (group.function.empty() ? "" : group.function + ", ") + name;
    if (index >= stated_.size()) return wrong(wanted + " is missing");
    const Stated& claim = stated_[index];
    if (claim.function != group.function || claim.property != name) return wrong(claim.place() + " stands where " + wanted + " belongs");
    if (claim.level != level) return wrong(claim.place() + ": its level is " + level + ", not " + claim.level);
    if (claim.verdict == "proved") return check_proved(claim, group, property);
    if (claim.verdict == "refuted") return check_refuted(claim, group, property);
    if (claim.verdict != "unknown") return wrong(claim.place() + ": no verdict is called " + claim.verdict);
    return {};
  }

  Found<void> check_proved(const Stated& claim, const Group& group, Property property) {
    if (!group.program || !group.is_shown[static_cast<std::size_t>(property)]) return wrong(claim.place() + ": it is said to be proved, and no proof in the bundle shows it");
    auto inputs = read_inputs(claim.json.value("witness", Json()), *group.program);
    if (!inputs) return wrong(claim.place() + ": witness: " + inputs.error().what);
    Execution execution = interpret(*group.program, *inputs, group.instruction_bound);
    std::uint64_t points = execution.stop == Stop::returned ? points_of(execution, property) : 0;
    if (points == 0) return wrong(claim.place() + ": vacuous: its witness does not get there");
    if (broken_by(*group.program, execution)) return wrong(claim.place() + ": its witness breaks a claim");
    if (claim.json.value("reached_points", Json()) != points) return wrong(claim.place() + ": its witness reaches " + std::to_string(points) + " points, which is not what is said");
    ++proved_, ++ran_;
    return {};
  }

  Found<void> check_refuted(const Stated& claim, const Group& group, Property property) {
    if (!group.program) return wrong(claim.place() + ": refuted, yet the function is not one that can be run");
    auto inputs = read_inputs(claim.json.value("inputs", Json()), *group.program);
    if (!inputs) return wrong(claim.place() + ": counterexample: " + inputs.error().what);
    Execution execution = interpret(*group.program, *inputs, property == Property::terminates ? group.instruction_bound : kEndlessRun);
    if (broken_by(*group.program, execution) != property) return wrong(claim.place() + ": its counterexample does not break it");
    ++ran_;
    return {};
  }

  /// A refutation of a required claim outweighs what is not known.
  Found<void> check_verdict() {
    std::string verdict = "proved";
    bool any = false;
    for (const Stated& claim : stated_) {
      if (claim.level != "required") continue;
      any = true;
      if (claim.verdict == "refuted") verdict = "refuted";
      if (claim.verdict == "unknown" && verdict == "proved") verdict = "unknown";
    }
    if (!any) verdict = "unknown";
    if (certificate_.value("verdict", Json()) != verdict) return wrong("the certificate's verdict does not follow from its claims: they give " + verdict);
    return check_score();
  }

  /// A proved claim counts 1, any other its share of proved cells, which are the certifier's word; required claims twice.
  Found<void> check_score() {
    double sum = 0, weights = 0;
    for (const Stated& claim : stated_) {
      double weight = claim.level == "required" ? 2 : claim.level == "preferred" ? 1 : 0;
      Json score = claim.json.value("score", Json());
      bool good = score.is_number() && (claim.verdict == "proved" ? score == 1 : score >= 0 && score < 1);
      if (!good) return wrong(claim.place() + ": its score does not go with its verdict");
      sum += weight * score.get<double>(), weights += weight;
    }
    Json whole = certificate_.value("score", Json());
    if (whole.is_number() && std::abs(whole.get<double>() - (weights == 0 ? 0 : sum / weights)) < 1e-9) return {};
    return wrong("the certificate's score does not follow from its claims");
  }

  const Json& certificate_;
  const std::vector<Group>& groups_;
  std::vector<Stated> stated_;
  std::size_t proved_ = 0, ran_ = 0;
};

}  // namespace

Found<std::string> check_claims(const Json& certificate, const std::vector<Group>& groups) {
  return ClaimChecker(certificate, groups).run();
}

}  // namespace assay::verify::proof
