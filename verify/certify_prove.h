#pragma once
// The proofs of a bundle: exploration with its graph, handed to verify/proof; claims that they do not show become Unknown.
// Internal to certify.

#include <vector>

#include "verify/certify.h"
#include "verify/smt/solver.h"

namespace assay::verify {

struct ProveRequest {
  const tasks::Contract& contract;
  const Screened& screened;
  const CheckedIr& ir;
  const CertifyOptions& options;
  Toolchain& toolchain;
  sandbox::RunJail* jail = nullptr;  ///< where tables are written out; null: nowhere
  std::stop_token stop;
};

Result<std::vector<proof::BundleFile>> prove_programs(const ProveRequest& request, Certificate& certificate, smt::Solver& solver);

}  // namespace assay::verify
