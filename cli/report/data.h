#pragma once
// What a report shows, read from a campaign's archive and nothing else. Values only; every text that came from a
// candidate or a provider is untrusted and is escaped by whoever prints it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/score.h"
#include "cli/report/savings.h"
#include "cli/report/tries.h"
#include "evolve/archive.h"
#include "evolve/proof_log.h"

namespace assay::cli {

struct ReportInstance {
  std::string name;
  std::string split;  ///< "train", "validation" or "holdout"
  std::string digest;
  std::string provenance;  ///< of its figures; "" where a score follows from the instance alone
};

/// A policy with its scores: the champion, or a baseline.
struct ReportRow {
  std::string name;
  std::string kind;  ///< "champion", "best so far", "contract", "native" or "oracle" (sees the future: no rival)
  std::map<std::string, Score> scores;  ///< by instance
  std::string failed;                   ///< why scores are missing; "" where nothing failed
};

struct ReportPoint {
  std::uint64_t candidate = 0;
  double objective = 0;  ///< mean over train, in the task's direction
  std::optional<double> proof_score;  ///< the search's own certificate; none where it asked for none
  bool required_proved = false;       ///< all required claims, by that certificate
  bool fully_certified = false;       ///< preferred ones too
};

struct LineageStep {
  std::uint64_t candidate = 0;
  std::string operation, provider;
  std::optional<double> objective;
};

/// One value of a counterexample's execution.
struct ReportStep {
  int line = 0;  ///< of the candidate; 0: none
  std::string variable, value;
};

struct ReportClaim {
  std::string function, property, verdict;
  std::string level;    ///< "required", "preferred", "info"; "" in archives from before there were levels
  std::optional<double> score;  ///< proved share of its inputs
  std::vector<ReportStep> trace;
  std::string checked_run, optimised_run;
  std::string detail;   ///< counterexample of a refuted claim, reason of an unknown one
  std::string witness;  ///< inputs that reach the claim
  int line = 0;         ///< of the candidate; 0: none
};

/// The candidate that the result shows: certified, or where none was, the best on validation.
struct ReportChampion {
  bool certified = false;
  evolve::CandidateRecord record;
  std::string proposed;                ///< as the provider wrote it
  std::string emitted;                 ///< what was compiled
  std::optional<std::string> parent;   ///< emitted text of the first parent
  std::vector<LineageStep> lineage;    ///< the champion first, then its first parent, ...
  bool lineage_cut = false;            ///< there are older ancestors
  std::string verdict;                 ///< "proved", "refuted", "unknown"; "" when not certified
  std::vector<ReportClaim> claims;
};

/// A property of the task, as its author wrote it.
struct ReportProperty {
  std::string name, level, doc, text;
};

struct ReportData {
  std::string task, domain, objective, provider;
  std::string provenance;  ///< of all figures; "" where scores follow from the instances alone
  bool minimise = true;
  std::uint64_t seed = 0;
  Json budget = Json::object();
  Json search = Json::object(), provider_settings = Json::object();
  std::string strategy() const;
  std::map<std::string, std::string> digests;
  std::vector<std::string> missing_layers;
  std::vector<ReportProperty> properties;  ///< of the task, if its folder still holds what the campaign began with
  std::vector<ReportInstance> instances;  ///< in task order, train first
  std::vector<ReportRow> rows;            ///< the champion first, then baselines, best on holdout first
  std::optional<ReportChampion> champion;
  std::vector<ReportPoint> points;        ///< every candidate that was scored on all of train, by number
  std::uint64_t candidates = 0;
  std::map<std::string, std::uint64_t> outcomes;
  struct Repairs {
    std::uint64_t asked = 0, mended = 0;
  };
  std::map<std::string, Repairs> repairs;  ///< by what was to be repaired; mended: the next answer did not fail
  Tries tries;
  std::map<std::string, std::uint64_t> stage_ns;  ///< each thread's time, added up; waiting for a model is in it
  Savings savings;
  std::optional<evolve::ProofAccount> proofs;  ///< of proofs in the loop
  std::uint64_t completions = 0;  ///< answers of a model
  std::uint64_t tokens_in = 0, tokens_out = 0;
  double usd = 0;
  double usd_lost = 0;  ///< what calls that a kill cut off may have cost; in no record, and part of the budget
  bool ended = false;                     ///< in order; else this is the state so far

  /// Better in the task's direction.
  bool better(double a, double b) const { return minimise ? a < b : a > b; }
};

Result<ReportData> collect_report(const evolve::Archive& archive);

/// Mean objective over a split; none unless every instance of it is scored.
std::optional<double> mean_of(const ReportData& data, const ReportRow& row, std::string_view split);
const ReportRow* champion_row(const ReportData& data);
/// Policies that look ahead are bounds and no rivals.
bool is_oracle(std::string_view name);
/// What a policy has to beat: no champion, no candidate, no oracle.
bool is_baseline(const ReportRow& row);
/// The best baseline on a split that is no oracle.
const ReportRow* best_baseline(const ReportData& data, std::string_view split);
/// The instance of a split on which a row does worst against the best baseline there, which is no oracle. A mean hides it.
struct WorstSlice {
  std::string instance, baseline;
  double objective = 0, best = 0;
  double loss_ratio = 1;  ///< above 1: worse than that baseline there, by this ratio of the objectives (its inverse where larger is better)
};
Json to_json(const WorstSlice& slice);
/// None where the row or every baseline lacks a score on the instance, or somewhere on the split. Requires: no objective is negative.
std::optional<WorstSlice> slice_of(const ReportData& data, const ReportRow& row, const std::string& instance);
std::optional<WorstSlice> worst_slice(const ReportData& data, const ReportRow& row, std::string_view split);
/// The native one, where a contract baseline has the same name.
const ReportRow* row_named(const ReportData& data, std::string_view name);

Json to_json(const ReportData& data);

}  // namespace assay::cli
