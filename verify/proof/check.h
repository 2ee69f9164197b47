#pragma once
// Checks a bundle as a stranger would: everything that it says is made again from the candidate's text and the contract, and
// only the graphs are taken from it, which prove themselves or are refused. No abstract domain is linked here.
//
// Trusted: Clang's front end and the passes behind the checked IR, verify/lower, verify/proof, the SMT-LIB printers, and the
// solvers' "unsat"; of an obligation with clauses and a
// refutation of them, the bit-blaster and the RUP checker instead of printers and solvers; where tables were counted, Clang's code for the
// candidate and verify/table. Not trusted: the abstract interpreter, the exploration, and every byte of the bundle.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "sandbox/run_jail.h"
#include "verify/smt/solver.h"
#include "verify/toolchain.h"

namespace assay::verify::proof {

struct CheckStep {
  std::string name;    ///< "files", "source", "ir", "proof priority", "claims"
  std::string detail;  ///< what was found, or what is wrong
  bool good = false;
  double seconds = 0;
};

struct CheckReport {
  std::vector<CheckStep> steps;
  std::string task, verdict;  ///< as the certificate says
  std::size_t claims = 0, obligations = 0, trivial = 0, texts = 0;
  std::size_t cnf_proofs = 0;  ///< that our own checker followed (verify/proof/by_sat.h)
  std::uint64_t places = 0;    ///< of tables that were written out and counted again
  std::vector<std::pair<std::string, double>> solver_seconds;

  /// The first thing that is wrong; empty: the bundle shows what it says.
  std::string problem() const;
  /// Nothing is wrong, and what it says is that the policy is proved.
  bool proved() const { return problem().empty() && verdict == "proved"; }
};

Json to_json(const CheckReport& report);

struct CheckOptions {
  bool use_z3 = true, use_cvc5 = true;         ///< both: each must answer unsat, or one must where the other gives up
  std::uint64_t effort = 10'000'000;           ///< in Z3's steps, per text
  std::chrono::milliseconds deadline{20'000};  ///< per text and solver
  std::chrono::milliseconds counting_budget{1'200'000};  ///< per property whose tables were counted (verify/table/count.h)
  sandbox::JailOptions jail;
};

/// Borrowed: where text becomes IR, and who is asked.
struct CheckTools {
  Toolchain& toolchain;
  std::vector<std::pair<std::string, smt::Solver*>> solvers;  ///< name and solver; not empty
};

/// The Error: the folder is no bundle that can be read at all, or a defect of ours. What is wrong with what the bundle
/// says is in the report.
Result<CheckReport> check(const std::filesystem::path& folder, const CheckOptions& options, CheckTools tools);
/// With a jailed toolchain and jailed solvers of its own. Before other threads exist: it forks.
Result<CheckReport> check(const std::filesystem::path& folder, const CheckOptions& options);

}  // namespace assay::verify::proof
