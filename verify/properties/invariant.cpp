#include "verify/properties/invariant.h"

#include <algorithm>

namespace assay::verify::properties {
namespace {

using tasks::Contract;
using tasks::Function;
using tasks::Parameter;

const Function* invariant_of(const Contract& contract) { return contract.optional_function("invariant"); }

/// Every way to take one name for each parameter of the invariant: "mark, memory", "other_0, memory".
std::vector<std::string> combinations(const std::vector<std::vector<std::string>>& choices) {
  std::vector<std::string> out{""};
  for (const auto& names : choices) {
    std::vector<std::string> longer;
    for (const std::string& before : out)
      for (const std::string& name : names) longer.push_back(before.empty() ? name : before + ", " + name);
    out = std::move(longer);
  }
  return out;
}

/// The parameters of `function` that are state records of a type.
std::vector<std::string> written(const Function& function, const std::string& type) {
  std::vector<std::string> names;
  for (const Parameter& parameter : function.parameters)
    if (parameter.type == type && parameter.is_state) names.push_back(parameter.name);
  return names;
}

/// Builds the generated file; places of its words are on line -1, which no file has.
class Text {
 public:
  Text(const Contract& contract, PropertySet& set) : contract_(contract), set_(set) {}

  void start() {
    begin("invariant_holds_at_start", "The policy's invariant holds of records that are all zero.");
    std::string arguments;
    for (const Parameter& parameter : invariant().parameters) arguments += (arguments.empty() ? "" : ", ") + parameter.type + "{}";
    prove("invariant(" + arguments + ")");
    end();
  }

  void kept_by(const Function& function) {
    begin("invariant_kept_by_" + function.name, "The policy's invariant, where it holds before a call of " + function.name + ", holds after it.");
    std::string arguments;
    for (const Parameter& parameter : function.parameters) {
      any(parameter.type, parameter.name);
      arguments += (arguments.empty() ? "" : ", ") + parameter.name;
    }
    const auto all = combinations(alive(function));
    for (const std::string& names : all) line("assume(invariant(" + names + "));");
    line(function.name + "(" + arguments + ");");
    for (const std::string& names : all) prove("invariant(" + names + ")");
    end();
  }

  /// Assumes the invariant of the records at hand and of the all-zero ones, which are always as good as alive.
  void given(const Function& function) {
    std::string parameters, arguments;
    for (const Parameter& parameter : function.parameters) {
      const std::string separator = arguments.empty() ? "" : ", ";
      parameters += separator + (parameter.is_reference && !parameter.is_state ? "const " : "") + parameter.type +
                    (parameter.is_reference ? "& " : " ") + parameter.name;
      arguments += separator + parameter.name;
    }
    text_ += function.return_type + " " + given_function_of(function) + "(" + parameters + ") {\n";
    for (const std::string& names : combinations(at_hand(function))) line("assume(invariant(" + names + "));");
    line("return " + function.name + "(" + arguments + ");");
    text_ += "}\n\n";
  }

  std::string take() { return std::move(text_); }

 private:
  const Function& invariant() const { return *invariant_of(contract_); }

  void line(const std::string& text) { text_ += "  " + text + "\n"; }

  void begin(const std::string& name, const std::string& doc) {
    property_ = {name, Level::info, doc, "", 0, true, TableWord::none};
    text_ += "void " + function_of(property_) + "() {\n";
    from_ = text_.size();
  }

  void end() {
    property_.text = text_.substr(from_);
    text_ += "}\n\n";
    set_.properties.push_back(std::move(property_));
  }

  void any(const std::string& type, const std::string& name) {
    line(type + " " + name + " = any<" + type + ">(-1, " + std::to_string(set_.choices.size()) + ");");
    set_.choices.push_back({-1, static_cast<int>(set_.choices.size()), name});
  }

  void prove(const std::string& claim) {
    line("prove(" + claim + ", -1, " + std::to_string(set_.claims.size()) + ");");
    set_.claims.push_back({-1, static_cast<int>(set_.claims.size()), claim});
  }

  /// For each parameter of the invariant: the records that the function gets and, unless there is but one, another.
  std::vector<std::vector<std::string>> alive(const Function& function) {
    std::vector<std::vector<std::string>> choices;
    for (const Parameter& parameter : invariant().parameters) {
      auto names = written(function, parameter.type);
      if (!parameter.is_one || names.empty()) {
        names.push_back("other_" + std::to_string(choices.size()));
        any(parameter.type, names.back());
      }
      choices.push_back(std::move(names));
    }
    return choices;
  }

  /// Nothing is assumed where the one record of a kind is not at hand.
  std::vector<std::vector<std::string>> at_hand(const Function& function) {
    std::vector<std::vector<std::string>> choices;
    for (const Parameter& parameter : invariant().parameters) {
      auto names = written(function, parameter.type);
      if (!parameter.is_one) names.push_back(parameter.type + "{}");
      choices.push_back(std::move(names));
    }
    return choices;
  }

  const Contract& contract_;
  PropertySet& set_;
  Property property_;
  std::string text_;
  std::size_t from_ = 0;
};

}  // namespace

bool has_invariant(const Contract& contract, const Policy& policy) {
  return invariant_of(contract) != nullptr && std::ranges::any_of(policy.functions, [](const PolicyFunction& function) {
           return !function.is_helper && function.name == "invariant";
         });
}

std::string given_function_of(const Function& function) { return "assay_given_" + function.name; }

std::optional<PropertySet> with_invariant(PropertySet set, const Contract& contract, const Policy& policy) {
  if (!has_invariant(contract, policy)) return std::nullopt;
  Text text(contract, set);
  text.start();
  for (const Function& function : contract.functions) text.kept_by(function);
  for (const Function& function : contract.functions) text.given(function);
  set.invariant_text = text.take();
  return set;
}

std::string assume_invariant_text(const Contract& contract, bool is_assumed) {
  const Function* invariant = invariant_of(contract);
  if (invariant == nullptr) return "";
  std::string parameters, arguments;
  for (const Parameter& parameter : invariant->parameters) {
    const std::string separator = arguments.empty() ? "" : ", ";
    parameters += separator + "const " + parameter.type + "& " + parameter.name;
    arguments += separator + parameter.name;
  }
  return "inline void assume_invariant(" + parameters + ") {" + (is_assumed ? " assume(invariant(" + arguments + ")); " : "") + "}\n";
}

}  // namespace assay::verify::properties
