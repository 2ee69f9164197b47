#pragma once
// A campaign's settings: the task's "search" object with its defaults, and the budget's text form.

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "evolve/campaign.h"
#include "evolve/population.h"
#include "evolve/strategy.h"

namespace assay::evolve {

/// The certificate in the search's objective.
struct CertificateSettings {
  /// In the objective's units: what a candidate of which nothing is proved is charged. 0: certified and recorded only.
  double weight = 0;
};

/// Proofs in the loop, of the code that matters to the search.
struct ProofSettings {
  std::uint64_t lag = 16;         ///< the verdict on candidate n counts from the commit of candidate n + lag on
  bool leaders_only = false;      ///< of what would lead its island, and not of whatever becomes an elite
  bool speculate = true;          ///< false: the commit of a candidate waits for its proof
  std::uint64_t solver_ms = 500;  ///< per claim, as CertifyOptions::solver_budget counts it; 0: no solver

  std::uint64_t delay() const { return speculate ? lag : 0; }
};

/// What of a candidate is asked for again, as often as `repair` says.
struct RepairOn {
  bool failure = true;         ///< what was refused, did not compile, failed in the jail; an edit that did not apply
  bool refuted = false;        ///< with a certificate: a required claim that is refuted
  bool worst_instance = false; ///< what scored, but is far worse than its parent on an instance
  bool operator==(const RepairOn&) const = default;
};

struct SearchSettings {
  std::string strategy = "islands";
  StrategySettings strategies;  ///< what single ones are told
  PopulationSettings population;
  std::uint64_t window = 8;      ///< candidates under way at once: candidate n sees the commits up to n - window
  double abandon_margin = 0.05;  ///< a candidate is given up once it is worse than its island's last elite by this share
  std::uint64_t promote = 8;     ///< best on train that are scored on validation at the end, besides every new best
  std::uint64_t certify = 12;    ///< best on validation that are tried for a certificate until one is proved
  std::uint64_t repair = 0;      ///< answers more that a failed candidate gets, with a prompt that says what failed
  std::uint64_t tune = 0;        ///< tunings at most of each candidate with marks that became an elite (evolve/tune.h)
  RepairOn repair_on;
  bool confirm_elites = false;   ///< a second run of whatever can become an elite, and not only of what would lead its island
  bool compare_behaviour = false;  ///< equal behaviour makes a duplicate, not only equal code (novelty.h)
  std::optional<std::uint64_t> witnesses;  ///< with it: train instances that a duplicate by the probe must agree on; none: a third
  std::uint64_t audit = 16;        ///< with it: one of so many candidates is run in full whatever the probe says
  bool racing = false;             ///< abandon what cannot become an elite, the most telling check first (racing.h)
  std::optional<CertificateSettings> certificate;  ///< none: nothing is certified before the end
  std::optional<ProofSettings> proofs;             ///< none: nothing is proved before the end
};

/// Reads `search` of task.json. The Error names what is unknown or out of range.
Result<SearchSettings> read_search(const Json& search, const std::string& name);
Json to_json(const SearchSettings& settings);

/// How many commits candidate `index` sees, whatever else has finished.
std::uint64_t visible_to(std::uint64_t index, const SearchSettings& settings, std::uint64_t baselines);
/// The first candidate that is not proposed before all those before it are committed; under a strategy without rounds there is none.
std::uint64_t end_of_round(std::uint64_t index, const SearchSettings& settings, std::uint64_t baselines);

Json to_json(const Budget& budget);
Result<Budget> budget_from_json(const Json& json);

}  // namespace assay::evolve
