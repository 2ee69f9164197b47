#pragma once
// Proofs in the background of a search, few at a time.
//
// What is asked for is proved in the order of asking, each by a thread of the prover with a jailed slot of its own. When it
// is done says nothing: a verdict counts at its place in the log (evolve/lineage.h), where the search waits for it.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "evolve/examine.h"
#include "evolve/proof_log.h"

namespace assay::evolve {

/// Any thread may ask. What is asked for and not done when it is destroyed is forgotten; what is being proved is waited for.
class Prover {
 public:
  /// Of the text of a candidate; called from several threads at once.
  using Prove = std::function<Result<LoopProof>(std::uint64_t candidate, const Source& source)>;
  struct Done {
    LoopProof proof;
    std::chrono::nanoseconds took{};   ///< of its thread
    std::chrono::nanoseconds since{};  ///< from when it was asked for
  };

  Prover(unsigned threads, Prove prove);
  ~Prover();

  void ask(std::uint64_t candidate, Source source);
  /// nullopt: `stop` was asked for. The Error is the harness's. Requires: it was asked for, and not waited for before.
  Result<std::optional<Done>> wait(std::uint64_t candidate, const std::stop_token& stop);

 private:
  struct Asked {
    std::uint64_t candidate = 0;
    Source source;
    std::chrono::steady_clock::time_point at;
  };
  void work(const std::stop_token& stop);

  Prove prove_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Asked> queue_;
  std::map<std::uint64_t, Result<Done>> done_;
  std::vector<std::jthread> threads_;  // last: they use the rest
};

/// By the slots' certifiers. What it refers to must outlive the prover.
Prover::Prove prove_with(const Problem& problem, const ProofSettings& settings, Slots& slots);

/// Slots of a prover beside a search with so many threads: one thread in four.
inline unsigned provers_beside(unsigned threads) { return std::max(1u, threads / 4); }

}  // namespace assay::evolve
