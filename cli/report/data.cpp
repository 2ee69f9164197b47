#include "cli/report/data.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "evaluators/domain.h"
#include "evolve/climb.h"
#include "evolve/population.h"
#include "tasks/task.h"
#include "verify/properties/properties.h"

namespace assay::cli {
namespace {

constexpr std::size_t kLineageShown = 40;
constexpr std::string_view kSplits[] = {"train", "validation", "holdout"};

/// An empty value where the key is absent or of another type: a report of an older archive shows less, not nothing.
template <class T>
T read_or(const Json& json, const char* key, T fallback = {}) {
  auto value = member_or<T>(json, key, fallback, "event");
  return value ? std::move(*value) : fallback;
}

Json child(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) ? json.at(key) : Json();
}

std::map<std::string, Score> scores_of(const Json& body) {
  std::map<std::string, Score> scores;
  for (auto split : kSplits)
    for (const Json& item : child(body, std::string(split).c_str()))
      if (auto score = evolve::score_from_json(item)) scores[score->instance] = std::move(*score);
  return scores;
}

void add_instances(const Json& list, ReportData& data) {
  data.instances.clear();
  for (const Json& item : list)
    data.instances.push_back({read_or<std::string>(item, "name"), read_or<std::string>(item, "split"), read_or<std::string>(item, "digest"), read_or<std::string>(item, "provenance")});
  std::ranges::stable_sort(data.instances, {}, [](const ReportInstance& instance) {
    return std::ranges::find(kSplits, instance.split) - std::begin(kSplits);
  });
}

void read_campaign(const Json& body, ReportData& data) {
  data.task = read_or<std::string>(body, "task");
  data.domain = read_or<std::string>(body, "domain");
  data.objective = read_or<std::string>(body, "objective", "objective");
  data.provider = read_or<std::string>(body, "provider");
  data.provenance = read_or<std::string>(body, "provenance");
  data.minimise = read_or<std::string>(body, "direction", "minimise") != "maximise";
  data.seed = read_or<std::uint64_t>(body, "seed");
  data.missing_layers = read_or<std::vector<std::string>>(body, "missing_layers");
  data.search = child(body, "search");
  data.provider_settings = child(body, "provider_settings");
  for (const char* key : {"contract", "properties", "prompts", "toolchain"})
    if (auto digest = read_or<std::string>(body, key); !digest.empty()) data.digests[key] = digest;
  for (const char* split : {"train", "validation"})  // until a result tells their order and those of holdout
    for (const auto& [name, digest] : read_or<std::map<std::string, std::string>>(body, split))
      data.instances.push_back({name, split, digest, data.provenance});
}

/// The archive keeps their digest; the text is the task folder's, and counts only if it still is that one.
void add_properties(const evolve::Archive& archive, const std::string& digest, ReportData& data) {
  auto folder = archive.note("task_folder");
  if (digest.empty() || !folder || !*folder || !(*folder)->is_string()) return;
  auto task = tasks::load_task((*folder)->get<std::string>());
  if (!task) return;
  auto set = verify::properties::load_properties(task->contract);
  if (!set || set->digest.hex() != digest) return;
  for (const auto& each : set->properties) data.properties.push_back({each.name, std::string(verify::properties::name_of(each.level)), each.doc, each.text});
}

/// A mean over figures of different origin would mean nothing.
Result<void> check_provenance(const ReportData& data) {
  for (const ReportInstance& instance : data.instances)
    if (instance.provenance != data.provenance)
      return fail("the archive mixes figures of different origin: the campaign's are \"" + data.provenance + "\", those of " + instance.name + " are \"" +
                  instance.provenance + "\"");
  return {};
}

/// A campaign that was resumed measures its baselines again: the last measurement counts.
void add_baseline(const Json& body, ReportData& data) {
  ReportRow row{read_or<std::string>(body, "name"), read_or<std::string>(body, "kind"), scores_of(body)};
  row.kind = is_oracle(row.name) ? "oracle" : row.kind == "native" ? "native" : "contract";
  row.failed = read_or<std::string>(body, "failed");
  std::erase_if(data.rows, [&](const ReportRow& other) { return other.name == row.name && other.kind == row.kind; });
  data.rows.push_back(std::move(row));
}

ReportClaim claim_of(const Json& json) {
  ReportClaim claim;
  claim.function = read_or<std::string>(json, "function");
  claim.property = read_or<std::string>(json, "property");
  claim.verdict = read_or<std::string>(json, "verdict");
  claim.line = read_or<int>(json, "line");
  claim.level = read_or<std::string>(json, "level");
  if (Json score = child(json, "score"); score.is_number()) claim.score = score.get<double>();
  Json runs = child(json, "runs");
  claim.checked_run = read_or<std::string>(runs, "checked");
  claim.optimised_run = read_or<std::string>(runs, "optimised");
  if (Json trace = child(json, "trace"); trace.is_array())
    for (const Json& step : trace)
      claim.trace.push_back({read_or<int>(step, "line"), read_or<std::string>(step, "variable"), read_or<std::string>(step, "value")});
  claim.detail = read_or<std::string>(json, "counterexample");
  if (claim.detail.empty()) claim.detail = read_or<std::string>(json, "reason");
  if (claim.verdict == "refuted" && !read_or<bool>(json, "reproduced")) claim.detail += " (not reproduced)";
  Json witness = child(json, "witness");
  claim.witness = witness.is_string() ? witness.get<std::string>() : witness.is_null() ? "" : evolve::dump(witness);
  return claim;
}

std::vector<ReportClaim> claims_of(const evolve::Archive& archive, const Digest& certificate) {
  std::vector<ReportClaim> claims;
  auto text = archive.blob(certificate);
  auto json = text ? parse_json(*text, "certificate.json") : Result<Json>(fail("absent"));
  if (!json) return claims;
  for (const Json& item : child(*json, "claims")) claims.push_back(claim_of(item));
  return claims;
}

/// The text of a record as it was compiled; "" where it was not screened or the blob is gone.
std::string emitted_text(const evolve::Archive& archive, const evolve::CandidateRecord& record) {
  if (!record.emitted) return "";
  auto text = archive.blob(*record.emitted);
  return text ? std::move(*text) : "";
}

std::optional<double> objective_of(const ReportData& data, const evolve::CandidateRecord& record) {
  if (!record.fitness) return std::nullopt;
  return data.minimise ? *record.fitness : -*record.fitness;
}

ReportPoint point_of(const evolve::CandidateRecord& record, double objective) {
  const auto proof = evolve::recorded_proof(record);
  return {record.index, objective, record.certificate ? std::optional(record.certificate->score) : std::nullopt,
          proof >= evolve::Proof::required, proof == evolve::Proof::full};
}

LineageStep step_of(const ReportData& data, const evolve::CandidateRecord& record) {
  return {record.index, record.operation, record.provider, objective_of(data, record)};
}

Result<void> walk_lineage(const evolve::Archive& archive, const ReportData& data, ReportChampion& champion) {
  evolve::CandidateRecord record = champion.record;
  champion.lineage.push_back(step_of(data, record));
  while (!record.parents.empty()) {
    if (champion.lineage.size() == kLineageShown) {
      champion.lineage_cut = true;
      return {};
    }
    auto parent = archive.candidate(record.parents[0]);
    if (!parent) return std::unexpected(parent.error());
    if (!*parent) return {};
    if ((*parent)->index >= record.index) return fail("candidate " + std::to_string(record.index) + " has a later parent");
    record = std::move(**parent);
    if (champion.lineage.size() == 1) champion.parent = emitted_text(archive, record);
    champion.lineage.push_back(step_of(data, record));
  }
  return {};
}

Result<std::optional<ReportChampion>> read_champion(const evolve::Archive& archive, const ReportData& data, std::uint64_t index) {
  auto record = archive.candidate(index);
  if (!record) return std::unexpected(record.error());
  if (!*record) return std::nullopt;
  ReportChampion champion;
  champion.record = std::move(**record);
  if (auto text = archive.blob(champion.record.source)) champion.proposed = std::move(*text);
  champion.emitted = emitted_text(archive, champion.record);
  if (auto done = walk_lineage(archive, data, champion); !done) return std::unexpected(done.error());
  return champion;
}

/// What is known of the seeds and of the best one before a campaign has ended: their train scores.
void add_interim_rows(const std::vector<evolve::CandidateRecord>& records, ReportData& data) {
  const evolve::CandidateRecord* best = nullptr;
  for (const auto& record : records) {
    if (!record.fitness) continue;
    bool seed = record.provider == "baseline" && record.operation.starts_with("seed ");
    if (!seed && (!best || *record.fitness < *best->fitness)) best = &record;
    if (!seed) continue;
    ReportRow row{record.operation.substr(5), "contract", {}, ""};
    for (const auto& score : record.train) row.scores[score.instance] = score;
    data.rows.push_back(std::move(row));
  }
  if (!best) return;
  ReportRow row{"candidate " + std::to_string(best->index), "best so far", {}, ""};
  for (const auto& score : best->train) row.scores[score.instance] = score;
  data.rows.push_back(std::move(row));
}

Result<void> read_candidates(const evolve::Archive& archive, bool ended, ReportData& data) {
  auto records = archive.candidates();
  if (!records) return std::unexpected(records.error());
  auto promotions = archive.promotions();
  if (!promotions) return std::unexpected(promotions.error());
  data.candidates = records->size();
  data.savings = savings_of(*records);
  data.tries = tries_of(*records, *promotions, data.minimise);
  for (const auto& record : *records) {
    ++data.outcomes[std::string(name_of(record.outcome.kind))];
    for (std::size_t i = 0; i < record.repairs.size(); ++i) {
      auto& kind = data.repairs[record.repairs[i]];
      ++kind.asked;
      kind.mended += i + 1 == record.repairs.size() && !evolve::teaches(record.outcome.kind);
    }
    for (const auto& [stage, time] : record.stage_ns) data.stage_ns[stage] += time;
    data.tokens_in += record.tokens_in;
    data.tokens_out += record.tokens_out;
    data.usd += record.usd;
    if (auto objective = objective_of(data, record)) data.points.push_back(point_of(record, *objective));
  }
  if (!ended) add_interim_rows(*records, data);
  return {};
}

/// What the chain says of the candidate that a result shows: the champion, or where none was proved, the best one.
struct Crown {
  std::uint64_t candidate = 0;
  bool certified = false;
  std::map<std::string, Score> scores;
  std::string verdict;
  std::optional<Digest> certificate;
};

/// A verdict comes from the promotion that carries the certificate, never from the result alone.
Result<Crown> read_crown(const evolve::Archive& archive, const Json& result) {
  auto promotions = archive.promotions();
  if (!promotions) return std::unexpected(promotions.error());
  Crown crown;
  crown.candidate = read_or<std::uint64_t>(result, "candidate");
  for (const auto& promotion : *promotions) {
    if (promotion.candidate != crown.candidate || promotion.certificate_verdict.empty()) continue;
    crown.verdict = promotion.certificate_verdict;
    crown.certificate = promotion.certificate;
  }
  crown.certified = crown.verdict == "proved" && child(result, "champion").is_number_unsigned();
  crown.scores = scores_of(result);
  return crown;
}

Result<void> add_champion(const evolve::Archive& archive, const Json& result, ReportData& data) {
  if (!child(result, "candidate").is_number_unsigned()) return {};
  auto crown = read_crown(archive, result);
  if (!crown) return std::unexpected(crown.error());
  auto champion = read_champion(archive, data, crown->candidate);
  if (!champion) return std::unexpected(champion.error());
  if (!*champion) return fail("the archive's result names candidate " + std::to_string(crown->candidate) + ", which is not in it");
  data.champion = std::move(**champion);
  data.champion->verdict = crown->verdict;
  data.champion->certified = crown->certified;
  if (crown->certificate) data.champion->claims = claims_of(archive, *crown->certificate);
  ReportRow row{"candidate " + std::to_string(crown->candidate), "champion", std::move(crown->scores), ""};
  for (const auto& score : data.champion->record.train) row.scores[score.instance] = score;
  data.rows.insert(data.rows.begin(), std::move(row));
  return {};
}

/// By the mean on holdout, before there is any by that on train; what has no such mean goes last.
void sort_rows(ReportData& data) {
  const bool has_holdout = std::ranges::any_of(data.rows, [&](const ReportRow& row) { return mean_of(data, row, "holdout").has_value(); });
  auto key = [&](const ReportRow& row) {
    auto mean = mean_of(data, row, has_holdout ? "holdout" : "train");
    return std::tuple(!mean, data.minimise ? mean.value_or(0) : -mean.value_or(0), row.name, row.kind);
  };
  std::ranges::sort(data.rows, [&](const ReportRow& a, const ReportRow& b) { return key(a) < key(b); });
}

}  // namespace

Result<ReportData> collect_report(const evolve::Archive& archive) {
  ReportData data;
  Json result;
  std::uint64_t ended_at = 0;
  auto walked = archive.for_each("", [&](const evolve::Event& event) -> Result<void> {
    if (event.kind == "campaign") read_campaign(event.body, data);
    if (event.kind == "completion") ++data.completions;
    if (event.kind == "baseline") add_baseline(event.body, data);
    if (event.kind == "result") result = event.body;
    if (event.kind == "stop") ended_at = read_or<std::uint64_t>(event.body, "candidates");
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  if (auto instances = child(result, "instances"); instances.is_array()) add_instances(instances, data);
  if (auto same = check_provenance(data); !same) return std::unexpected(same.error());
  data.objective = evaluators::shown_objective(data.objective, data.provenance);
  if (auto done = read_candidates(archive, result.is_object(), data); !done) return std::unexpected(done.error());
  data.ended = result.is_object() && ended_at == data.candidates;
  sort_rows(data);
  if (auto done = add_champion(archive, result, data); !done) return std::unexpected(done.error());
  if (auto known = data.digests.find("properties"); known != data.digests.end()) add_properties(archive, known->second, data);
  auto proofs = evolve::proof_account(archive);
  if (!proofs) return std::unexpected(proofs.error());
  data.proofs = *proofs;
  if (auto budget = archive.note("budget"); budget && *budget && (*budget)->is_object()) data.budget = **budget;
  if (auto lost = archive.note("lost_usd"); lost && *lost && (*lost)->is_number()) data.usd_lost = (*lost)->get<double>();
  auto head = archive.head();
  if (!head) return std::unexpected(head.error());
  data.digests["archive head"] = head->hex();
  return data;
}

std::optional<double> mean_of(const ReportData& data, const ReportRow& row, std::string_view split) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& instance : data.instances) {
    if (instance.split != split) continue;
    auto score = row.scores.find(instance.name);
    if (score == row.scores.end()) return std::nullopt;
    sum += score->second.objective;
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

const ReportRow* champion_row(const ReportData& data) {
  return !data.rows.empty() && data.rows[0].kind == "champion" ? &data.rows[0] : nullptr;
}

bool is_oracle(std::string_view name) { return name.starts_with("belady") || name == "oracle"; }

bool is_baseline(const ReportRow& row) { return row.kind == "contract" || row.kind == "native"; }

const ReportRow* best_baseline(const ReportData& data, std::string_view split) {
  const ReportRow* best = nullptr;
  std::optional<double> best_mean;
  for (const auto& row : data.rows) {
    auto mean = mean_of(data, row, split);
    if (!is_baseline(row) || !mean) continue;
    if (best && !data.better(*mean, *best_mean)) continue;
    best = &row;
    best_mean = mean;
  }
  return best;
}

namespace {

const ReportRow* best_baseline_on(const ReportData& data, const std::string& instance) {
  const ReportRow* best = nullptr;
  for (const auto& row : data.rows) {
    if (!is_baseline(row) || !row.scores.contains(instance)) continue;
    if (!best || data.better(row.scores.at(instance).objective, best->scores.at(instance).objective)) best = &row;
  }
  return best;
}

/// Above 1: `mine` is worse. A ratio of nothing to something is endless.
double loss_ratio(const ReportData& data, double mine, double best) {
  if (mine == best) return 1;
  const double above = data.minimise ? mine : best, below = data.minimise ? best : mine;
  return below == 0 ? std::numeric_limits<double>::infinity() : above / below;
}

}  // namespace

std::optional<WorstSlice> slice_of(const ReportData& data, const ReportRow& row, const std::string& instance) {
  const auto score = row.scores.find(instance);
  const ReportRow* best = best_baseline_on(data, instance);
  if (score == row.scores.end() || !best) return std::nullopt;
  const double mine = score->second.objective, other = best->scores.at(instance).objective;
  return WorstSlice{instance, best->name, mine, other, loss_ratio(data, mine, other)};
}

std::optional<WorstSlice> worst_slice(const ReportData& data, const ReportRow& row, std::string_view split) {
  std::optional<WorstSlice> worst;
  for (const auto& instance : data.instances) {
    if (instance.split != split) continue;
    auto slice = slice_of(data, row, instance.name);
    if (!slice) return std::nullopt;
    if (!worst || slice->loss_ratio > worst->loss_ratio) worst = std::move(slice);
  }
  return worst;
}

const ReportRow* row_named(const ReportData& data, std::string_view name) {
  const ReportRow* found = nullptr;
  for (const auto& row : data.rows)
    if (row.name == name && (!found || row.kind == "native")) found = &row;
  return found;
}

namespace {

Json row_json(const ReportData& data, const ReportRow& row) {
  Json json{{"name", row.name}, {"kind", row.kind}};
  for (const auto& [name, score] : row.scores) json["scores"][name] = score.objective;
  for (auto split : kSplits)
    if (auto mean = mean_of(data, row, split)) json["mean"][std::string(split)] = *mean;
  if (auto worst = worst_slice(data, row, "holdout"); worst && row.kind == "champion")
    json["worst_slice"] = to_json(*worst);
  return json;
}

Json champion_json(const ReportChampion& champion) {
  Json json{{"candidate", champion.record.index}, {"certified", champion.certified}, {"verdict", champion.verdict}, {"source", champion.emitted}};
  json["claims"] = Json::array();
  for (const auto& claim : champion.claims)
    json["claims"].push_back({{"function", claim.function}, {"property", claim.property}, {"verdict", claim.verdict}});
  for (const auto& step : champion.lineage) json["lineage"].push_back(step.candidate);
  return json;
}

}  // namespace

Json to_json(const WorstSlice& slice) {
  return {{"instance", slice.instance}, {"objective", slice.objective}, {"best_baseline", slice.baseline},
          {"best_baseline_objective", slice.best}, {"loss_ratio", slice.loss_ratio}};
}

std::string ReportData::strategy() const { return read_or<std::string>(search, "strategy", "islands"); }

Json to_json(const ReportData& data) {
  Json json{{"task", data.task},         {"objective", data.objective},
            {"direction", data.minimise ? "minimise" : "maximise"},
            {"provider", data.provider}, {"seed", data.seed},
            {"budget", data.budget},     {"digests", data.digests},
            {"ended", data.ended},       {"missing_layers", data.missing_layers},
            {"outcomes", data.outcomes}, {"stage_ns", data.stage_ns},
            {"candidates", data.candidates}, {"usd", data.usd}, {"usd_lost", data.usd_lost},
            {"completions", data.completions}, {"strategy", data.strategy()}, {"tokens_in", data.tokens_in},   {"tokens_out", data.tokens_out}};
  if (!data.provenance.empty()) json["provenance"] = data.provenance;
  for (const auto& [kind, repairs] : data.repairs) json["repairs"][kind] = {{"asked", repairs.asked}, {"mended", repairs.mended}};
  json["saved"] = to_json(data.savings);
  if (data.proofs) json["proofs"] = evolve::to_json(*data.proofs);
  json["tries"] = to_json(data.tries);
  json["rows"] = Json::array();
  for (const auto& row : data.rows) json["rows"].push_back(row_json(data, row));
  json["champion"] = data.champion ? champion_json(*data.champion) : Json();
  return json;
}

}  // namespace assay::cli
