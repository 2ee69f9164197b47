#pragma once
// The population: per island, the best of what the log holds. A pure function of the commits applied so far, in order.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "evolve/archive.h"
#include "verify/ast.h"

namespace assay::evolve {

/// What a parent must bring along. Loaded when the candidate is committed, or from the archive on resume.
struct Material {
  verify::Policy policy;
  std::vector<double> losses;  ///< per train instance, in task order
};

struct Elite {
  std::uint64_t index = 0;
  double fitness = 0;
  std::uint64_t size = 0;
  std::shared_ptr<const Material> material;  ///< nothing while a log is being replayed, see `missing`
};

/// What a strategy with an archive of its own needs besides the summary. Taken from the log, so that a resume sees the same.
struct Traits {
  std::optional<std::uint64_t> parent;  ///< the first one; none: a seed
  std::string strategy;                 ///< CandidateRecord::strategy
  std::vector<double> losses;           ///< per train instance, in task order; of a candidate with a fitness, as what follows
  std::vector<double> objectives;       ///< the domain's further ones, each a mean over train; lower is better
  std::vector<double> descriptors;      ///< the domain's, each a mean over train
};

struct Commit {
  CandidateSummary summary;
  std::shared_ptr<const Material> material;
  Traits traits = {};  ///< empty unless the strategy asks for it
};

struct PopulationSettings {
  std::uint32_t islands = 2;
  std::uint32_t elites = 24;           ///< kept per island
  std::uint64_t migration_every = 100;  ///< candidates; 0: never
};

/// Better by fitness, else shorter, else older: a total order.
bool is_better(const Elite& a, const Elite& b);

/// What a model can learn from; a duplicate or an abandoned candidate says nothing about the language or the rules.
bool teaches(OutcomeKind kind);

class Population {
 public:
  explicit Population(const PopulationSettings& settings) : settings_(settings), islands_(settings.islands) {}

  /// Requires: commits come in order of index.
  void apply(const Commit& commit);

  /// Best first: by fitness, then size, then age.
  const std::vector<Elite>& island(std::uint32_t which) const { return islands_[which]; }
  std::uint32_t islands() const { return settings_.islands; }
  const std::vector<Elite>& seeds() const { return seeds_; }
  const std::optional<Elite>& best() const { return best_; }
  /// Elites that an island took over from its neighbour so far.
  std::uint64_t migrated() const { return migrated_; }
  /// Latest first: candidates that ended in a way that a model can learn from.
  const std::deque<std::uint64_t>& failures() const { return failures_; }

  /// It is an elite of some island; the first of one.
  bool holds(std::uint64_t index) const;
  bool leads(std::uint64_t index) const;

  /// Losses so far, per train instance, that a newcomer to the island has to come near to; empty: no bound yet.
  std::vector<double> bar(std::uint32_t which) const;

  /// What an elite of a full island must be better than; none while it is not full.
  std::optional<double> entry(std::uint32_t which) const;

  /// Elites without material, after a replay; `provide` is called once for each.
  Result<void> complete(const std::function<Result<std::shared_ptr<const Material>>(std::uint64_t)>& provide);

 private:
  /// Whether it is among them now.
  bool insert(std::vector<Elite>& elites, const Elite& elite) const;

  PopulationSettings settings_;
  std::vector<std::vector<Elite>> islands_;
  std::vector<Elite> seeds_;
  std::optional<Elite> best_;
  std::deque<std::uint64_t> failures_;
  std::uint64_t migrated_ = 0;
};

/// Which candidate had a digest first. Any thread may ask; one thread adds, in order of index.
class Known {
 public:
  void add(const std::optional<Digest>& digest, std::uint64_t index);
  /// The first candidate with the digest, when it is one of the first `visible`.
  std::optional<std::uint64_t> first(const Digest& digest, std::uint64_t visible) const;

 private:
  struct Hash {
    std::size_t operator()(const Digest& digest) const {
      std::size_t value;
      static_assert(sizeof value <= sizeof digest.bytes);
      __builtin_memcpy(&value, digest.bytes.data(), sizeof value);
      return value;
    }
  };
  mutable std::mutex mutex_;
  std::unordered_map<Digest, std::uint64_t, Hash> first_;
};

}  // namespace assay::evolve
