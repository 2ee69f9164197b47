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

/// What the log keeps of one candidate.
struct CandidateRecord {
  std::uint64_t index = 0;  ///< 0-based, dense, in order of commit
  std::uint32_t island = 0;
  std::vector<std::uint64_t> parents;  ///< indices; empty for a seed (a baseline)
  std::string provider;                ///< "baseline", "mutate", "openai", ...
  std::string operation;               ///< "seed lru", "crossover", "constant", "completion", ...
  Digest source;                       ///< blob: the text as proposed
  std::optional<Digest> ast;           ///< of the screened policy
  std::optional<Digest> emitted;       ///< blob: the re-emitted text
  std::optional<Digest> ir;
  Outcome outcome;
  std::vector<Score> train;             ///< per instance, in task order; may be partial when abandoned
  std::optional<double> fitness;        ///< mean loss over train; lower is better; only when every instance was scored
  std::map<std::string, std::uint64_t> stage_ns;  ///< "propose", "screen", "compile", "run", "replay", ...; not in the chain
  std::uint64_t tokens_in = 0, tokens_out = 0;
  double usd = 0;
};

/// A champion at some point of the campaign: promoted on validation, then certified.
struct PromotionRecord {
  std::uint64_t candidate = 0;
  std::vector<Score> validation;
  double validation_loss = 0;
  std::string certificate_verdict;  ///< "proved", "refuted", "unknown" or "" when not certified yet
  std::optional<Digest> certificate;  ///< blob: certificate.json
};

/// Any event: kind and a JSON body. Kinds: "campaign", "completion", "candidate", "promotion", "baseline", "result", "stop".
struct Event {
  std::uint64_t sequence = 0;
  std::string kind;
  Json body;
  Digest digest;  ///< sha256(previous digest, kind, body)
};

class Archive {
 public:
  static Result<std::unique_ptr<Archive>> create(const std::filesystem::path& folder);  ///< Error if one is there
  static Result<std::unique_ptr<Archive>> open(const std::filesystem::path& folder);
  static Result<std::unique_ptr<Archive>> open_read_only(const std::filesystem::path& folder);
  virtual ~Archive() = default;

  virtual Result<void> append(const std::string& kind, const Json& body) = 0;
  virtual Result<void> append(const CandidateRecord& record) = 0;
  virtual Result<void> append(const PromotionRecord& record) = 0;
  virtual Result<Digest> put_blob(std::string_view bytes) = 0;
  virtual Result<std::string> blob(const Digest& digest) const = 0;

  /// In order; the callback's Error ends the walk. `kind` empty: all.
  virtual Result<void> for_each(std::string_view kind, const std::function<Result<void>(const Event&)>& visit) const = 0;
  virtual Result<std::vector<CandidateRecord>> candidates() const = 0;
  virtual Result<std::optional<CandidateRecord>> candidate(std::uint64_t index) const = 0;
  virtual Result<std::vector<PromotionRecord>> promotions() const = 0;
  virtual Result<std::uint64_t> candidate_count() const = 0;
  virtual Result<Digest> head() const = 0;
  virtual Result<void> verify_chain() const = 0;
};

Json to_json(const CandidateRecord& record);
Result<CandidateRecord> candidate_from_json(const Json& json);
Json to_json(const Score& score);

}  // namespace assay::evolve
