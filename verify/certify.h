#pragma once
// The certificate: what is proved of a policy, claim by claim, by trap reachability on its checked IR.
//
// Properties, each for every function of the contract: "no_undefined_behaviour", "in_bounds", "terminates" (within the
// task's instruction bound), "deterministic" (by construction: the language has no source of it; checked on the IR) and
// "output_range" (the return value, and every state field at exit, lie in their declared ranges, given that they did
// at entry). Inputs range over everything the contract declares.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "base/verdict.h"
#include "sandbox/run_jail.h"
#include "tasks/contract.h"
#include "verify/proof/proof_file.h"
#include "verify/properties/properties.h"
#include "verify/smt/cache.h"
#include "verify/smt/solver.h"
#include "verify/table/count.h"
#include "verify/toolchain.h"

namespace assay::verify {

/// One step of a counterexample's execution, in the candidate's own words.
struct TraceStep {
  int line = 0;       ///< of the candidate; 0: of the harness
  std::string name;   ///< variable, field or "answer"
  std::string value;
};

/// The share of an input region that is proved: the region is split where the proof fails.
struct Grade {
  std::uint64_t cells = 0;   ///< 0: not graded
  std::uint64_t proved = 0;
  std::uint64_t refuted = 0;  ///< cells with a witness; the rest is not known
  std::vector<std::string> witnesses;  ///< of failed cells, inputs that were executed and break the claim: JSON objects
  double score() const { return cells == 0 ? 0 : static_cast<double>(proved) / static_cast<double>(cells); }
};

struct Claim {
  std::string function;  ///< of the contract; "" for a property of properties.cpp
  std::string property;  ///< a default claim's name, or the name of a property of properties.cpp
  properties::Level level = properties::Level::required;
  Grade grade;
  std::vector<TraceStep> trace;  ///< of a refutation
  Verdict verdict;
  std::string witness;  ///< JSON object of inputs that reach the claim; of a refutation, that break it
  int line = 0;         ///< of the candidate, where the refutation is
  /// For Refuted: the counterexample ran on the compiled candidate and did what it says. A Refuted claim is always
  /// reproduced; one that does not reproduce is reported as Unknown("counterexample did not reproduce ...").
  bool reproduced = false;
  /// What the compiled code did on the counterexample: with its traps on, and as it is measured (-O2). The two differ
  /// where undefined behaviour lets the optimiser do as it likes.
  std::string checked_run, optimised_run;
  /// 1 where it is proved, else the grade's share of proved cells.
  double score() const;
  std::optional<table::Count> counted;  ///< Proved of a property about tables: every table was written out and counted (verify/table/count.h)
  std::uint64_t by_intervals = 0;  ///< obligations of this claim that abstract interpretation settled
  std::uint64_t by_solver = 0;     ///< and those that the solver settled
};

/// Where the time went. Never part of a certificate's bytes: the same inputs give the same bytes.
struct EngineTimes {
  /// clang: in its jail, up to the checked IR; lower: from there to programs.
  std::chrono::nanoseconds clang{}, lower{}, trials{}, intervals{}, solver{}, grade{}, replay{}, counting{};
  EngineTimes& operator+=(const EngineTimes& other);
};
Json to_json(const EngineTimes& times);  ///< milliseconds

struct Certificate {
  std::string task;
  Digest source, ast, contract, ir, toolchain, obligations;
  std::optional<Digest> properties;  ///< of the property set (verify/properties/properties.h); none: the task has none
  std::uint64_t instruction_bound = 0;
  std::vector<Claim> claims;
  EngineTimes times;
  std::vector<std::string> smt2;  ///< the obligations that went to the solver, in order; digested in `obligations`

  /// Of every claim's counts and of `smt2`: what `obligations` must be.
  Digest obligations_digest() const;

  /// Proved only if every required claim is Proved with at least one reached point, and there is at least one. A required
  /// claim that is refuted refutes; claims of other levels do neither.
  Verdict overall() const;

  /// In [0, 1]: the mean of the claims' scores; a required claim counts twice, a preferred one once, others not at all.
  double score() const;
};

struct CertifyOptions {
  std::uint64_t instruction_bound = 4096;
  /// Per claim, in milliseconds of an idle build machine: counted in the solver's own steps, so that the same inputs give
  /// the same verdicts. Past it, or past clock_slack times as much by the clock: Unknown.
  std::chrono::milliseconds solver_budget{2000};
  unsigned clock_slack = 2;         ///< how many times solver_budget a claim may take by the clock
  bool use_solver = true;           ///< off: what abstract interpretation leaves open is Unknown; for a search
  unsigned grade_cells = 64;        ///< of each claim that is not proved; 0: no grades
  /// Of properties about tables that neither ranges nor solvers settle, by the clock, each; 0: no table is written out.
  std::chrono::milliseconds counting_budget{120'000};
  std::function<void(std::uint64_t, std::uint64_t)> counting_progress;  ///< done, of how many; may be empty
  bool run_counterexamples = true;  ///< off: a refutation of the interpreter is Unknown, with its inputs
  const properties::PropertySet* properties = nullptr;  ///< proved beside the default claims
};

/// Owns a jailed, killable solver process, a toolchain and a run jail (borrowed). Start before other threads exist.
class Certifier {
 public:
  /// What the solvers answered is kept in memory, and in the cache's file where it names one (verify/smt/cache.h).
  static Result<std::unique_ptr<Certifier>> start(const sandbox::JailOptions& jail = {}, const smt::CacheOptions& cache = {});
  /// Forks nothing and asks nobody: what abstract interpretation leaves open stays open. For many at once, in a search.
  static std::unique_ptr<Certifier> without_solver();
  ~Certifier();
  Result<Certificate> certify(const std::string& task_name, const tasks::Contract& contract, const Source& source,
                              const Screened& screened, const CertifyOptions& options, Toolchain& toolchain,
                              sandbox::RunJail& jail);

  /// The proofs that a bundle keeps (verify/proof/proof_file.h): each program explored once more, with its graph, and the
  /// graph's obligations solved, past the cache. What the certificate does not call proved needs none. A claim of which no
  /// proof is found here becomes Unknown in `certificate`: a bundle says proved only of what it shows. `options` are those
  /// of certify(). With a jail what is about tables may be counted instead.
  Result<std::vector<proof::BundleFile>> prove(const tasks::Contract& contract, const Screened& screened, const CheckedIr& ir,
                                               Certificate& certificate, const CertifyOptions& options, Toolchain& toolchain,
                                               sandbox::RunJail* jail = nullptr);

  /// Once a stop is asked for no solver is asked any more: what is open stays Unknown, and the call that is under way ends soon.
  void stop_when(std::stop_token stop);

  smt::SolverCounts solver_counts() const;  ///< since it was started

 private:
  struct Impl;
  explicit Certifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

Json to_json(const Certificate& certificate);

/// For the next prompt: the refuted claim that binds most, with the smallest input found and what it does step by step.
/// "" where nothing is refuted.
std::string feedback(const Certificate& certificate);

/// A bundle whose files are what its certificate says. The Error names the first thing that was changed.
Result<void> check_bundle(const std::filesystem::path& folder);

/// What a bundle holds beside its certificate.
struct BundleExtras {
  std::vector<proof::BundleFile> proofs;  ///< Certifier::prove
  std::string properties;                 ///< properties.cpp, where the certificate is about properties
};

/// Writes certificate.json, source.cpp, emitted.cpp, policy.h, policy.bc, properties.cpp, obligations/ and proof/ under
/// `folder`. The same inputs give the same bytes: no times, no paths of this machine.
Result<void> write_bundle(const Certificate& certificate, const tasks::Contract& contract, const Source& source,
                          const Screened& screened, const CheckedIr& ir, const std::filesystem::path& folder,
                          const BundleExtras& extras = {});

}  // namespace assay::verify
