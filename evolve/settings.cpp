#include "evolve/settings.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "evolve/provider.h"

namespace assay::evolve {
namespace {

/// Reads whole numbers of a given range and keeps the first complaint.
class Numbers {
 public:
  Numbers(const Json& json, std::string name) : json_(json), name_(std::move(name)) {}
  template <class T>
  void get(const char* key, T& into, std::int64_t low, std::int64_t high) {
    auto value = member_or<std::int64_t>(json_, key, static_cast<std::int64_t>(into), name_);
    if (value && *value >= low && *value <= high) into = static_cast<T>(*value);
    else if (error_.empty())
      error_ = value ? name_ + ": \"" + key + "\" must lie between " + std::to_string(low) + " and " + std::to_string(high) : value.error().what;
  }
  const std::string& error() const { return error_; }

 private:
  const Json& json_;
  std::string name_, error_;
};

Result<double> number(const std::string& text, const std::string& word) {
  double value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value < 0)
    return fail("budget: \"" + word + "\" needs a number that is not negative, not \"" + text + "\"");
  return value;
}

/// What single strategies are told, and the strategy's own number of repairs.
Result<void> read_strategy(const Json& search, SearchSettings& s, const std::string& name) {
  auto strategy = member_or(search, "strategy", s.strategy, name);
  if (!strategy) return std::unexpected(strategy.error());
  auto entry = strategy_named(*strategy);
  if (!entry) return fail(name + ": " + entry.error().what);
  s.strategy = *strategy;
  if (!search.contains("repair")) s.repair = (*entry)->repair;
  auto among = member_or(search, "strategies", s.strategies.strategies, name);
  if (!among) return std::unexpected(among.error());
  s.strategies.strategies = *among;
  if (auto can = can_be_chosen(s.strategies.strategies); !can) return fail(name + ": \"strategies\": " + can.error().what);
  if (!std::has_single_bit(s.strategies.cells)) return fail(name + ": \"cells\" must be a power of two");
  return {};
}

Result<std::optional<CertificateSettings>> read_certificate(const Json& search, const std::string& name) {
  if (!search.contains("certificate")) return std::nullopt;
  const std::string inner = name + ": certificate";
  const Json& json = search.at("certificate");
  static constexpr std::string_view kKnown[] = {"weight"};
  if (auto done = only_known(json, kKnown, inner); !done) return std::unexpected(done.error());
  auto weight = member<double>(json, "weight", inner);
  if (!weight) return std::unexpected(weight.error());
  if (!std::isfinite(*weight) || *weight < 0 || *weight > 1e9) return fail(inner + ": \"weight\" must lie between 0 and 1e9");
  return CertificateSettings{*weight};
}

Result<std::optional<ProofSettings>> read_proofs(const Json& search, const std::string& name) {
  if (!search.contains("proofs")) return std::nullopt;
  const std::string inner = name + ": proofs";
  const Json& json = search.at("proofs");
  static constexpr std::string_view kKnown[] = {"lag", "select", "speculate", "solver_ms"};
  if (auto done = only_known(json, kKnown, inner); !done) return std::unexpected(done.error());
  ProofSettings proofs;
  Numbers numbers(json, inner);
  numbers.get("lag", proofs.lag, 1, 4096);
  numbers.get("solver_ms", proofs.solver_ms, 0, 60'000);
  if (!numbers.error().empty()) return fail(numbers.error());
  auto select = member_or<std::string>(json, "select", "elites", inner);
  auto speculate = member_or<bool>(json, "speculate", proofs.speculate, inner);
  if (!select) return std::unexpected(select.error());
  if (!speculate) return std::unexpected(speculate.error());
  if (*select != "leaders" && *select != "elites") return fail(inner + ": \"select\" is \"elites\" or \"leaders\"");
  proofs.leaders_only = *select == "leaders";
  proofs.speculate = *speculate;
  return proofs;
}

Json to_json(const ProofSettings& proofs) {
  return {{"lag", proofs.lag}, {"select", proofs.leaders_only ? "leaders" : "elites"}, {"speculate", proofs.speculate}, {"solver_ms", proofs.solver_ms}};
}

/// The kinds by name, in the order in which they are written.
constexpr std::pair<std::string_view, bool RepairOn::*> kRepairKinds[] = {
    {"failure", &RepairOn::failure}, {"refuted", &RepairOn::refuted}, {"worst_instance", &RepairOn::worst_instance}};

Result<RepairOn> read_repair_on(const Json& search, const std::string& name) {
  if (!search.contains("repair_on")) return RepairOn{};
  auto kinds = member<std::vector<std::string>>(search, "repair_on", name);
  if (!kinds) return std::unexpected(kinds.error());
  RepairOn on{false, false, false};
  for (const std::string& kind : *kinds) {
    auto known = std::ranges::find(kRepairKinds, kind, [](const auto& each) { return each.first; });
    if (known == std::end(kRepairKinds)) return fail(name + ": \"repair_on\": \"" + kind + "\" is none of failure, refuted, worst_instance");
    on.*(known->second) = true;
  }
  if (on.refuted && !search.contains("certificate")) return fail(name + ": \"repair_on\": \"refuted\" needs \"certificate\", without which nothing is refuted");
  return on;
}

Json to_json(const RepairOn& on) {
  Json json = Json::array();
  for (const auto& [name, member] : kRepairKinds)
    if (on.*member) json.push_back(name);
  return json;
}

}  // namespace

Result<SearchSettings> read_search(const Json& search, const std::string& name) {
  SearchSettings s;
  if (search.is_null()) return s;
  static constexpr std::string_view kKnown[] = {"strategy", "islands", "elites", "migration_every", "window",
                                                "abandon_margin", "promote", "certify", "repair", "confirm", "certificate",
                                                "cells", "lambda", "stagnation", "strategies", "novelty", "audit", "racing", "tune", "proofs", "repair_on", "witnesses"};
  if (auto done = only_known(search, kKnown, name); !done) return std::unexpected(done.error());
  Numbers numbers(search, name);
  numbers.get("islands", s.population.islands, 1, 64);
  numbers.get("elites", s.population.elites, 1, 10000);
  numbers.get("migration_every", s.population.migration_every, 0, 1000000);
  numbers.get("window", s.window, 1, 256);
  numbers.get("promote", s.promote, 1, 1000);
  numbers.get("certify", s.certify, 1, 1000);
  numbers.get("repair", s.repair, 0, 8);
  numbers.get("cells", s.strategies.cells, 2, 64);
  numbers.get("lambda", s.strategies.lambda, 1, 10000);
  numbers.get("stagnation", s.strategies.stagnation, 1, 1000000);
  numbers.get("audit", s.audit, 1, 1000000);
  numbers.get("tune", s.tune, 0, 10000);
  if (search.contains("witnesses")) numbers.get("witnesses", s.witnesses.emplace(0), 0, 1000000);
  auto margin = member_or(search, "abandon_margin", s.abandon_margin, name);
  auto confirm = member_or<std::string>(search, "confirm", "leaders", name);
  auto novelty = member_or<std::string>(search, "novelty", "code", name);
  auto racing = member_or<std::string>(search, "racing", "none", name);
  if (!numbers.error().empty()) return fail(numbers.error());
  if (!novelty) return std::unexpected(novelty.error());
  if (!racing) return std::unexpected(racing.error());
  if (*novelty != "code" && *novelty != "behaviour") return fail(name + ": \"novelty\" is \"code\" or \"behaviour\"");
  if (*racing != "none" && *racing != "exact") return fail(name + ": \"racing\" is \"none\" or \"exact\"");
  s.compare_behaviour = *novelty == "behaviour";
  s.racing = *racing == "exact";
  if (!confirm) return std::unexpected(confirm.error());
  if (*confirm != "leaders" && *confirm != "elites") return fail(name + ": \"confirm\" is \"leaders\" or \"elites\"");
  s.confirm_elites = *confirm == "elites";
  if (!margin) return std::unexpected(margin.error());
  if (*margin < 0 || *margin > 1000) return fail(name + ": \"abandon_margin\" must lie between 0 and 1000");
  if (auto read = read_strategy(search, s, name); !read) return std::unexpected(read.error());
  auto certificate = read_certificate(search, name);
  if (!certificate) return std::unexpected(certificate.error());
  s.certificate = *certificate;
  auto proofs = read_proofs(search, name);
  if (!proofs) return std::unexpected(proofs.error());
  s.proofs = *proofs;
  auto repair_on = read_repair_on(search, name);
  if (!repair_on) return std::unexpected(repair_on.error());
  s.repair_on = *repair_on;
  s.abandon_margin = *margin;
  return s;
}

Json to_json(const SearchSettings& s) {
  Json json{{"strategy", s.strategy}, {"islands", s.population.islands}, {"elites", s.population.elites},
            {"migration_every", s.population.migration_every}, {"window", s.window}, {"abandon_margin", s.abandon_margin},
            {"promote", s.promote}, {"certify", s.certify}, {"confirm", s.confirm_elites ? "elites" : "leaders"}};
  const auto entry = strategy_named(s.strategy);
  if (s.repair != (entry ? (*entry)->repair : 0)) json["repair"] = s.repair;
  const StrategySettings usual;
  if (s.strategies.cells != usual.cells) json["cells"] = s.strategies.cells;
  if (s.strategies.lambda != usual.lambda) json["lambda"] = s.strategies.lambda;
  if (s.strategies.stagnation != usual.stagnation) json["stagnation"] = s.strategies.stagnation;
  if (!s.strategies.strategies.empty()) json["strategies"] = s.strategies.strategies;
  if (s.compare_behaviour) json["novelty"] = "behaviour";
  if (s.witnesses) json["witnesses"] = *s.witnesses;
  if (s.audit != SearchSettings{}.audit) json["audit"] = s.audit;
  if (s.racing) json["racing"] = "exact";
  if (s.tune) json["tune"] = s.tune;
  if (s.repair_on != RepairOn{}) json["repair_on"] = to_json(s.repair_on);
  if (s.certificate) json["certificate"] = {{"weight", s.certificate->weight}};
  if (s.proofs) json["proofs"] = to_json(*s.proofs);
  return json;
}

namespace {

std::uint64_t round_of(const SearchSettings& settings) {
  auto entry = strategy_named(settings.strategy);
  return entry ? (*entry)->round : 0;
}

}  // namespace

std::uint64_t visible_to(std::uint64_t index, const SearchSettings& settings, std::uint64_t baselines) {
  if (index < baselines) return 0;
  if (const auto round = round_of(settings)) return index - (index - baselines) % round;
  return std::max(baselines, index + 1 >= settings.window ? index + 1 - settings.window : 0);
}

std::uint64_t end_of_round(std::uint64_t index, const SearchSettings& settings, std::uint64_t baselines) {
  if (index < baselines) return baselines;
  const auto round = round_of(settings);
  return round ? index - (index - baselines) % round + round : ~std::uint64_t{0};
}

Result<Budget> parse_budget(const std::string& text) {
  Budget budget;
  std::string rest = text;
  while (!rest.empty()) {
    auto comma = rest.find(',');
    std::string part = rest.substr(0, comma);
    rest = comma == rest.npos ? "" : rest.substr(comma + 1);
    auto equals = part.find('=');
    std::string word = part.substr(0, equals);
    if (equals == part.npos || (word != "candidates" && word != "seconds" && word != "usd"))
      return fail("budget: \"" + part + "\" is not candidates=N, seconds=S or usd=D");
    auto value = number(part.substr(equals + 1), word);
    if (!value) return std::unexpected(value.error());
    if (word == "candidates" && (*value != std::floor(*value) || *value > 1e12))
      return fail("budget: \"candidates\" needs a whole number");
    if (word == "candidates") budget.candidates = static_cast<std::uint64_t>(*value);
    if (word == "seconds") budget.seconds = *value;
    if (word == "usd") budget.usd = *value;
  }
  if (!budget.candidates && !budget.seconds && !budget.usd)
    return fail("budget: nothing is limited; give candidates=N, seconds=S or usd=D, separated by commas");
  return budget;
}

Json to_json(const Budget& budget) {
  Json json = Json::object();
  if (budget.candidates) json["candidates"] = *budget.candidates;
  if (budget.seconds) json["seconds"] = *budget.seconds;
  if (budget.usd) json["usd"] = *budget.usd;
  return json;
}

Result<Budget> budget_from_json(const Json& json) {
  Budget budget;
  if (json.contains("candidates")) {
    auto value = member<std::uint64_t>(json, "candidates", "budget");
    if (!value) return std::unexpected(value.error());
    budget.candidates = *value;
  }
  for (auto [key, into] : {std::pair{"seconds", &budget.seconds}, {"usd", &budget.usd}}) {
    if (!json.contains(key)) continue;
    auto value = member<double>(json, key, "budget");
    if (!value) return std::unexpected(value.error());
    *into = *value;
  }
  return budget;
}

}  // namespace assay::evolve
