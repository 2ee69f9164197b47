// Records to JSON and back. What comes back is checked: an archive may have been edited by hand.

#include "evolve/archive.h"

namespace assay::evolve {
namespace {

template <class T>
Json list(const std::vector<T>& values) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(to_json(value));
  return json;
}

void put(Json& json, const char* key, const std::optional<Digest>& digest) {
  if (digest) json[key] = digest->hex();
}

/// Reads members into values and keeps the first failure, so that a codec reads as a list of fields.
class Reader {
 public:
  Reader(const Json& json, std::string name) : json_(json), name_(std::move(name)) {}

  template <class T>
  void get(const char* key, T& into) {
    if (error_) return;
    auto value = member_or<T>(json_, key, into, name_);
    if (value) into = std::move(*value);
    else error_ = value.error();
  }
  template <class T>
    requires std::is_arithmetic_v<T>
  void get(const char* key, std::optional<T>& into) {
    if (error_ || !json_.contains(key)) return;
    T value = 0;
    get(key, value);
    if (!error_) into = value;
  }
  void get(const char* key, std::optional<Digest>& into) {
    std::string hex;
    get(key, hex);
    if (error_ || hex.empty()) return;
    into = Digest::from_hex(hex);
    if (!into) error_ = Error{name_ + ": \"" + key + "\" is not a digest: " + hex.substr(0, 80)};
  }
  template <class T>
  void get_list(const char* key, std::vector<T>& into, Result<T> (*read)(const Json&)) {
    if (error_ || !json_.contains(key)) return;
    for (const Json& item : json_.at(key)) {
      auto value = read(item);
      if (!value) {
        error_ = value.error();
        return;
      }
      into.push_back(std::move(*value));
    }
  }
  template <class T>
  Result<T> result(T value) const {
    if (error_) return std::unexpected(*error_);
    return value;
  }
  bool ok() const { return !error_; }

 private:
  const Json& json_;
  std::string name_;
  std::optional<Error> error_;
};

Result<Diagnostic> diagnostic_from_json(const Json& json) {
  Diagnostic diagnostic;
  Reader reader(json, "diagnostic");
  reader.get("line", diagnostic.line);
  reader.get("column", diagnostic.column);
  reader.get("message", diagnostic.message);
  return reader.result(diagnostic);
}

Json to_json(const CandidateCertificate& certificate) {
  Json json{{"score", certificate.score}, {"verdict", certificate.verdict}};
  if (certificate.penalty != 0) json["penalty"] = certificate.penalty;
  if (!certificate.refutation.empty()) json["refutation"] = certificate.refutation;
  return json;
}

Result<CandidateCertificate> certificate_from_json(const Json& json) {
  CandidateCertificate certificate;
  Reader reader(json, "certificate");
  reader.get("score", certificate.score);
  reader.get("verdict", certificate.verdict);
  reader.get("penalty", certificate.penalty);
  reader.get("refutation", certificate.refutation);
  return reader.result(std::move(certificate));
}

Json to_json(const TuningRecord& tuning) {
  return {{"of", tuning.of}, {"mark", tuning.mark}, {"level", tuning.level}, {"up", tuning.up}, {"values", tuning.values}};
}

Result<TuningRecord> tuning_from_json(const Json& json) {
  TuningRecord tuning;
  Reader reader(json, "tuning");
  reader.get("of", tuning.of);
  reader.get("mark", tuning.mark);
  reader.get("level", tuning.level);
  reader.get("up", tuning.up);
  reader.get("values", tuning.values);
  if (reader.ok() && tuning.mark >= tuning.values.size()) return fail("tuning: \"mark\" is not one of its values");
  return reader.result(std::move(tuning));
}

}  // namespace

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const Score& score) {
  Json json{{"instance", score.instance}, {"objective", score.objective}};
  if (!score.metrics.empty()) json["metrics"] = score.metrics;
  return json;
}

Result<Score> score_from_json(const Json& json) {
  Score score;
  Reader reader(json, "score");
  reader.get("instance", score.instance);
  reader.get("objective", score.objective);
  reader.get("metrics", score.metrics);
  return reader.result(std::move(score));
}

Json to_json(const Outcome& outcome) {
  Json json{{"kind", std::string(name_of(outcome.kind))}};
  if (!outcome.detail.empty()) json["detail"] = outcome.detail;
  for (const auto& d : outcome.diagnostics)
    json["diagnostics"].push_back({{"line", d.line}, {"column", d.column}, {"message", d.message}});
  return json;
}

Result<Outcome> outcome_from_json(const Json& json) {
  Outcome outcome;
  std::string kind;
  Reader reader(json, "outcome");
  reader.get("kind", kind);
  reader.get("detail", outcome.detail);
  reader.get_list("diagnostics", outcome.diagnostics, diagnostic_from_json);
  auto known = outcome_kind_named(kind);
  if (reader.ok() && !known) return fail("outcome: unknown kind \"" + kind + "\"");
  if (known) outcome.kind = *known;
  return reader.result(std::move(outcome));
}

Json to_json(const CandidateRecord& record) {
  Json json{{"index", record.index}, {"island", record.island}, {"provider", record.provider},
            {"source", record.source.hex()}, {"outcome", to_json(record.outcome)}};
  if (!record.parents.empty()) json["parents"] = record.parents;
  if (!record.strategy.empty()) json["strategy"] = record.strategy;
  if (!record.operation.empty()) json["operation"] = record.operation;
  put(json, "ast", record.ast);
  put(json, "emitted", record.emitted);
  put(json, "ir", record.ir);
  put(json, "probe", record.probe);
  if (!record.decisions.empty()) json["decisions"] = record.decisions;
  if (record.audits) json["audits"] = *record.audits;
  put(json, "behaviour", record.behaviour);
  if (record.size) json["size"] = record.size;
  if (!record.repairs.empty()) json["repairs"] = record.repairs;
  if (record.ended_on) json["ended_on"] = *record.ended_on;
  if (!record.train.empty()) json["train"] = list(record.train);
  if (record.fitness) json["fitness"] = *record.fitness;
  if (record.confirmed) json["confirmed"] = true;
  if (record.certificate) json["certificate"] = to_json(*record.certificate);
  if (record.tokens_in || record.tokens_out) json["tokens"] = {record.tokens_in, record.tokens_out};
  if (record.usd != 0) json["usd"] = record.usd;
  if (record.tuning) json["tuning"] = to_json(*record.tuning);
  return json;
}

CandidateSummary summary_of(const CandidateRecord& record) {
  return {record.index, record.island, record.provider == "baseline", record.outcome.kind, record.size,
          record.selection(), record.ast, record.ir, record.behaviour};
}

Result<CandidateRecord> candidate_from_json(const Json& json) {
  CandidateRecord record;
  std::optional<Digest> source;
  std::vector<std::uint64_t> tokens;
  Json outcome, certificate, tuning;
  Reader reader(json, "candidate");
  reader.get("index", record.index);
  reader.get("island", record.island);
  reader.get("parents", record.parents);
  reader.get("provider", record.provider);
  reader.get("strategy", record.strategy);
  reader.get("operation", record.operation);
  reader.get("source", source);
  reader.get("ast", record.ast);
  reader.get("emitted", record.emitted);
  reader.get("ir", record.ir);
  reader.get("probe", record.probe);
  reader.get("decisions", record.decisions);
  reader.get("audits", record.audits);
  reader.get("behaviour", record.behaviour);
  reader.get("size", record.size);
  reader.get("repairs", record.repairs);
  reader.get("outcome", outcome);
  reader.get("ended_on", record.ended_on);
  reader.get_list("train", record.train, score_from_json);
  reader.get("fitness", record.fitness);
  reader.get("confirmed", record.confirmed);
  reader.get("certificate", certificate);
  reader.get("tokens", tokens);
  reader.get("usd", record.usd);
  reader.get("tuning", tuning);
  if (reader.ok() && !source) return fail("candidate: \"source\" is missing");
  if (reader.ok()) {
    auto read = outcome_from_json(outcome);
    if (!read) return std::unexpected(read.error());
    record.outcome = std::move(*read);
    if (!certificate.is_null()) {
      auto told = certificate_from_json(certificate);
      if (!told) return std::unexpected(told.error());
      record.certificate = std::move(*told);
    }
    if (!tuning.is_null()) {
      auto told = tuning_from_json(tuning);
      if (!told) return std::unexpected(told.error());
      record.tuning = std::move(*told);
    }
    record.source = *source;
    if (tokens.size() == 2) record.tokens_in = tokens[0], record.tokens_out = tokens[1];
  }
  return reader.result(std::move(record));
}

Json to_json(const PromotionRecord& record) {
  Json json{{"candidate", record.candidate}, {"validation", list(record.validation)},
            {"validation_loss", record.validation_loss}};
  if (!record.certificate_verdict.empty()) json["certificate_verdict"] = record.certificate_verdict;
  put(json, "certificate", record.certificate);
  return json;
}

Result<PromotionRecord> promotion_from_json(const Json& json) {
  PromotionRecord record;
  Reader reader(json, "promotion");
  reader.get("candidate", record.candidate);
  reader.get_list("validation", record.validation, score_from_json);
  reader.get("validation_loss", record.validation_loss);
  reader.get("certificate_verdict", record.certificate_verdict);
  reader.get("certificate", record.certificate);
  return reader.result(std::move(record));
}

}  // namespace assay::evolve
