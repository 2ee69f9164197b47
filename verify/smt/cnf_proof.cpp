// The one file that knows CaDiCaL.

#include "verify/smt/cnf_proof.h"

#include <cadical.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace assay::verify::smt {
namespace {

/// A stream into memory. The text is complete once the stream is closed.
class MemoryFile {
 public:
  MemoryFile() : file_(::open_memstream(&text_, &size_)) {}
  ~MemoryFile() {
    close();
    std::free(text_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::FILE* file() const { return file_; }
  std::string close() {
    if (file_ != nullptr) std::fclose(std::exchange(file_, nullptr));
    return text_ == nullptr ? "" : std::string(text_, size_);
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

/// Up to the empty clause; CaDiCaL goes on deleting.
Result<std::string> up_to_the_end(std::string text) {
  if (text.starts_with("0\n")) return "0\n";
  auto end = text.find("\n0\n");
  if (end == std::string::npos) return fail("the SAT solver wrote no empty clause");
  text.resize(end + 3);
  return text;
}

Result<std::string> proof_of(const Cnf& cnf, const SatLimits& limits, CaDiCaL::Solver& solver, MemoryFile& trace) {
  solver.set("binary", 0);
  solver.set("quiet", 1);
  solver.trace_proof(trace.file(), "proof");
  for (const Clause& clause : cnf.clauses) {
    for (Literal literal : clause) solver.add(literal);
    solver.add(0);
  }
  solver.limit("conflicts", limits.most_conflicts);
  int answer = solver.solve();
  solver.close_proof_trace();
  if (answer == 10) return fail("the clauses are satisfiable");
  if (answer != 20) return fail("not settled within " + std::to_string(limits.most_conflicts) + " conflicts");
  return up_to_the_end(trace.close());
}

}  // namespace

Result<std::string> sat_refutation(const Cnf& cnf, const SatLimits& limits) {
  MemoryFile trace;
  if (trace.file() == nullptr) return fail("no memory for a proof");
  CaDiCaL::Solver solver;
  auto proof = proof_of(cnf, limits, solver, trace);
  if (proof && proof->size() > limits.most_proof_bytes) return fail("the proof has more than " + std::to_string(limits.most_proof_bytes) + " bytes");
  return proof;
}

Result<CnfProof> prove_by_sat(const Question& question, const SatLimits& limits) {
  auto cnf = bit_blast(question, limits.blast);
  if (!cnf) return std::unexpected(cnf.error());
  auto drat = sat_refutation(*cnf, limits);
  if (!drat) return std::unexpected(drat.error());
  if (auto checked = check_rup(*cnf, *drat, limits.rup); !checked) return std::unexpected(checked.error());
  return CnfProof{to_dimacs(*cnf), std::move(*drat)};
}

Result<void> check_cnf_proof(const Question& question, const CnfProof& proof, const SatLimits& limits) {
  auto cnf = bit_blast(question, limits.blast);
  if (!cnf) return std::unexpected(cnf.error());
  if (to_dimacs(*cnf) != proof.cnf) return fail("obligation.cnf is not what the question gives");
  return check_rup(*cnf, proof.drat, limits.rup);
}

}  // namespace assay::verify::smt
