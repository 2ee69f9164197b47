#pragma once
// A proof as files of a bundle: proof/<group>.json (graph, and what each text shows) beside obligations/<group>/NNNN.smt2,
// and of small ones NNNN.cnf and NNNN.drat (verify/proof/by_sat.h).
// A group is a program: a function of the contract, or "property-<name>".

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "verify/proof/produce.h"

namespace assay::verify::proof {

struct BundleFile {
  std::string name;  ///< in the bundle
  std::string text;
};

std::string property_group(const std::string& property);
/// "proof/<group>.json"
std::string proof_name(const std::string& group);

/// The proof's file first, then its texts in order. The same proof gives the same bytes.
std::vector<BundleFile> files_of(const std::string& group, const Proof& proof);

/// What proof/<group>.json says of one text.
struct ListedText {
  Mode mode = Mode::steps;
  smt::Theory theory = smt::Theory::integers;
  std::vector<std::uint32_t> items;
  std::string file;    ///< empty: the simplifier shows it
  std::string digest;  ///< of the file
  std::string cnf, cnf_digest, drat, drat_digest;  ///< clauses and their refutation; empty: none
  std::vector<std::pair<std::string, smt::Verdict>> verdicts;
};

struct ListedProof {
  Graph graph;
  std::uint64_t instruction_bound = 0;
  std::size_t obligations = 0, trivial = 0;
  std::vector<std::uint32_t> open;
  std::vector<ListedText> texts;
};

/// Strict: nothing missing, nothing more. The Error names what is malformed.
Result<ListedProof> read_proof(const std::string& group, const std::string& text);

}  // namespace assay::verify::proof
