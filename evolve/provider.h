#pragma once
// Where candidates come from: a model behind an endpoint, a command, a recorded campaign, or no model at all.
//
// `complete` may be called from several threads at once. It is given everything it may depend on; a provider that is
// deterministic gives the same completion for the same proposal.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/outcome.h"
#include "base/result.h"
#include "tasks/contract.h"
#include "verify/ast.h"

namespace assay::evolve {

struct ProposalParent {
  std::uint64_t index = 0;
  const verify::Policy* policy = nullptr;
};

struct Proposal {
  std::uint64_t index = 0;
  unsigned attempt = 0;    ///< 0: the first call for this candidate; n: its n-th repair
  std::uint64_t seed = 0;  ///< of the campaign; (seed, index) is the only source of chance
  const tasks::Contract* contract = nullptr;
  std::vector<ProposalParent> parents;  ///< at least one; the first is the one to improve
  bool tune = false;                    ///< the strategy wants a small step
  std::string prompt;                   ///< empty unless the provider reads prompts
  std::string base;                     ///< the text that edits change; empty: the first parent's
  std::function<bool(const Digest&)> seen;  ///< an AST that the population knows already
  std::stop_token stop;
  std::vector<std::uint32_t> order;     ///< of an ensemble's members, from `plan`: whom to ask before whom
  std::optional<std::uint32_t> member;  ///< of an ensemble, from `choose`: whom to ask now; none: nobody is left
  std::string answered_by;              ///< of a repair: Completion::member of the first answer
};

struct Completion {
  Outcome outcome;    ///< ok, or no_completion or edit_failed with why
  std::string text;   ///< the candidate, where the outcome is ok
  std::string raw;    ///< the model's whole answer, for the log; empty when it is the text
  std::string operation = "completion";
  std::string model;  ///< that wrote it, where one is known
  std::string member;  ///< of an ensemble, that was asked
  std::uint64_t tokens_in = 0, tokens_out = 0;
  double usd = 0;
  bool exhausted = false;  ///< a recorded campaign has no more; the campaign ends
  bool ask_another = false;  ///< nobody was asked: the member is out; choose again
};

Json to_json(const Completion& completion);
Result<Completion> completion_from_json(const Json& json);

/// What became of a candidate, as far as a provider may learn from it.
struct Lesson {
  std::uint64_t index = 0;
  std::string provider;  ///< as in its record
  std::vector<std::uint64_t> parents;
  double usd = 0;
  std::optional<double> fitness;  ///< CandidateRecord::selection
  bool enters = false;            ///< became an elite of its island
};

class Provider {
 public:
  virtual ~Provider() = default;
  /// The Error is the provider's (endpoint gone, key refused) and ends the campaign with everything kept. What is worth a
  /// retry has been retried.
  virtual Result<Completion> complete(const Proposal& proposal) = 0;
  virtual bool reads_prompts() const { return false; }
  /// The most that a call with this prompt can cost: reserved before it, settled after.
  virtual double worst_usd(const Proposal&) const { return 0; }
  /// Calls that may be open at once; 0: as many as there are threads.
  virtual unsigned concurrency() const { return 0; }
  /// False: a call would wait for a circuit breaker first. Any thread.
  virtual bool available() const { return true; }

  // What an ensemble needs besides. `learn` and `plan` come from one thread at a time, in order of index.
  virtual bool learns() const { return false; }
  /// Each candidate once, when it has become visible.
  virtual void learn(const Lesson&) {}
  /// Before the first call for a candidate. May depend on lessons and on (seed, index), and on nothing else.
  virtual void plan(Proposal&) {}
  /// Right before each call, from any thread: settles whom worst_usd and complete are about.
  virtual void choose(Proposal&) {}
};

struct ProviderEntry {
  std::string_view name;
  std::string_view what;
  Result<std::unique_ptr<Provider>> (*make)(const Json& settings);
};

std::span<const ProviderEntry> providers();
/// The Error lists the known names, or the settings that do not fit.
Result<std::unique_ptr<Provider>> make_provider(const std::string& name, const Json& settings);

/// An Error for the first member of `settings` that is not in `known`.
Result<void> only_known(const Json& settings, std::span<const std::string_view> known, const std::string& name);

}  // namespace assay::evolve
