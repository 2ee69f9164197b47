#pragma once
// The archive of a campaign: an append-only, hash-chained event log in SQLite (WAL) and blobs by digest.
//
// The population, the budgets and every report are views of the log. Each event's digest covers its predecessor's, so
// a changed past is found by `verify_chain`. A commit survives kill -9. One writer; readers may open read-only beside it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/outcome.h"
#include "base/result.h"
#include "base/score.h"

namespace assay::evolve {

/// What the search was told of a candidate's certificate, without a solver and by counted effort: the same again each time.
struct CandidateCertificate {
  double score = 0;        ///< verify::Certificate::score, in [0, 1]
  std::string verdict;     ///< "proved", "refuted", "unknown"
  double penalty = 0;      ///< what selection adds to the fitness for it
  std::string refutation;  ///< verify::feedback; "" where nothing was refuted
};

/// A tuning: the candidate `of` with other values at its marks (evolve/tune.h), made without a model.
struct TuningRecord {
  std::uint64_t of = 0;
  std::uint32_t mark = 0;            ///< that was changed, against the best of the family at the time
  std::uint32_t level = 0;           ///< of the step: each halves it
  bool up = true;
  std::vector<std::int64_t> values;  ///< of all marks in order, as verify::Expr::value has them (an f64: its bits)
};

/// What the log keeps of one candidate.
struct CandidateRecord {
  std::uint64_t index = 0;  ///< 0-based, dense, in order of commit
  std::uint32_t island = 0;
  std::vector<std::uint64_t> parents;  ///< indices; empty for a seed (a baseline)
  std::string provider;                ///< "baseline", "mutate", "openai", ...
  std::string strategy;                ///< that chose the parents, under one that chooses among several; else ""
  std::string operation;               ///< "seed lru", "crossover", "constant", "completion", ...
  Digest source;                       ///< blob: the text as proposed
  std::optional<Digest> ast;           ///< of the screened policy
  std::optional<Digest> emitted;       ///< blob: the re-emitted text
  std::optional<Digest> ir;
  std::optional<Digest> probe;         ///< of its decisions on the probe, with search.novelty "behaviour"
  std::vector<std::uint64_t> decisions;   ///< with `probe`, of a scored one: for each train instance, short_of its decisions' digest (novelty.h)
  std::optional<std::uint64_t> audits;    ///< with `probe`: run in full although all that was seen of it was as with this candidate
  std::optional<Digest> behaviour;     ///< of its decisions on all train instances, in task order
  std::uint64_t size = 0;              ///< nodes of the screened policy; 0 when it was not screened
  Outcome outcome;
  std::vector<std::string> repairs;     ///< outcomes ("refused", ...) of earlier answers, after each of which it was asked for once more
  std::optional<std::uint32_t> ended_on;  ///< which check ended it (racing.h, Ends), with search.racing
  std::vector<Score> train;             ///< per instance, in task order; may be partial when abandoned
  std::optional<double> fitness;        ///< mean loss over train; lower is better; only when every instance was scored
  bool confirmed = false;               ///< decided the same in a second run (evaluators::confirm); no other leads an island or is shown
  std::optional<CandidateCertificate> certificate;  ///< with search.certificate, of candidates that could become an elite
  /// What selection goes by: the fitness, with the certificate's penalty.
  std::optional<double> selection() const {
    return fitness && certificate ? std::optional(*fitness + certificate->penalty) : fitness;
  }
  std::map<std::string, std::uint64_t> stage_ns;  ///< "propose", "screen", "compile", "run", "replay", ...; not in the chain
  std::uint64_t tokens_in = 0, tokens_out = 0;
  double usd = 0;
  std::optional<TuningRecord> tuning;
};

/// What the population and the deduplication need of one candidate: a row of the index, rebuilt from the log at need.
struct CandidateSummary {
  std::uint64_t index = 0;
  std::uint32_t island = 0;
  bool is_seed = false;
  OutcomeKind outcome = OutcomeKind::ok;
  std::uint64_t size = 0;
  std::optional<double> fitness;  ///< CandidateRecord::selection
  std::optional<Digest> ast, ir, behaviour;
};

/// A completion that was paid for and whose candidate is not in the log yet.
struct PendingCompletion {
  Digest prompt;
  Json body;
};

/// A champion at some point of the campaign: promoted on validation, then certified.
struct PromotionRecord {
  std::uint64_t candidate = 0;
  std::vector<Score> validation;
  double validation_loss = 0;
  std::string certificate_verdict;  ///< "proved", "refuted", "unknown" or "" when not certified yet
  std::optional<Digest> certificate;  ///< blob: certificate.json
};

/// Any event: kind and a JSON body. Kinds: "campaign", "completion", "candidate", "promotion", "proof", "rollback",
/// "baseline", "result", "stop".
struct Event {
  std::uint64_t sequence = 0;
  std::string kind;
  Json body;
  Digest digest;  ///< sha256(previous digest, kind, body)
};

/// Any thread may call; calls are serialised. What `append` returned from is committed and survives kill -9. After an
/// Error (a full disk) nothing of the failed call is kept and everything before it is.
class Archive {
 public:
  static Result<std::unique_ptr<Archive>> create(const std::filesystem::path& folder);  ///< Error if one is there
  static Result<std::unique_ptr<Archive>> open(const std::filesystem::path& folder);
  static Result<std::unique_ptr<Archive>> open_read_only(const std::filesystem::path& folder);
  virtual ~Archive() = default;

  virtual Result<void> append(const std::string& kind, const Json& body) = 0;
  virtual Result<void> append(const CandidateRecord& record) = 0;
  virtual Result<void> append(const PromotionRecord& record) = 0;
  /// Durable with the next append.
  virtual Result<Digest> put_blob(std::string_view bytes) = 0;
  /// All that `steps` writes is committed at once, or not at all.
  virtual Result<void> transaction(const std::function<Result<void>()>& steps) = 0;

  /// Beside the chain: what depends on a clock or on this machine, and completions on their way to a candidate.
  virtual Result<void> put_note(const std::string& key, const Json& value) = 0;
  virtual Result<std::optional<Json>> note(const std::string& key) const = 0;
  /// Committed when it returns. The row goes when the candidate `index` is appended.
  virtual Result<void> put_pending(std::uint64_t index, const PendingCompletion& completion) = 0;
  virtual Result<std::map<std::uint64_t, PendingCompletion>> pending() const = 0;
  virtual Result<std::string> blob(const Digest& digest) const = 0;

  /// In order; the callback's Error ends the walk. `kind` empty: all.
  virtual Result<void> for_each(std::string_view kind, const std::function<Result<void>(const Event&)>& visit) const = 0;
  virtual Result<std::vector<CandidateRecord>> candidates() const = 0;
  virtual Result<void> for_each_summary(const std::function<void(const CandidateSummary&)>& visit) const = 0;
  virtual Result<std::optional<CandidateRecord>> candidate(std::uint64_t index) const = 0;
  virtual Result<std::vector<PromotionRecord>> promotions() const = 0;
  virtual Result<std::uint64_t> candidate_count() const = 0;
  virtual Result<Digest> head() const = 0;
  /// Recomputes every event's digest and every blob's, and compares the index with the log. The Error names the first
  /// row that does not hold.
  virtual Result<void> verify_chain() const = 0;
};

/// The body of a "candidate" event: without `stage_ns`, which are kept beside the chain.
Json to_json(const CandidateRecord& record);
CandidateSummary summary_of(const CandidateRecord& record);
Result<CandidateRecord> candidate_from_json(const Json& json);
Json to_json(const PromotionRecord& record);
Result<PromotionRecord> promotion_from_json(const Json& json);
Json to_json(const Score& score);
Result<Score> score_from_json(const Json& json);
Json to_json(const Outcome& outcome);
Result<Outcome> outcome_from_json(const Json& json);
/// Compact, sorted keys; text that is not UTF-8 is replaced, never thrown over.
std::string dump(const Json& json);

}  // namespace assay::evolve
