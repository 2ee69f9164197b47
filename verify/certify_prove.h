#pragma once
// The proofs of a bundle: exploration with its graph, handed to verify/proof; claims that they do not show become Unknown.
// Internal to certify.

#include <vector>

#include "verify/certify.h"
#include "verify/smt/solver.h"

namespace assay::verify {

Result<std::vector<proof::BundleFile>> prove_programs(const tasks::Contract& contract, const Screened& screened, const CheckedIr& ir,
                                                      Certificate& certificate, const CertifyOptions& options, Toolchain& toolchain,
                                                      smt::Solver& solver);

}  // namespace assay::verify
