#pragma once
// Properties about tables (policies/abi/table.h): what neither ranges nor a solver settled is counted through by the compiled candidate
// (verify/table/count.h), and what breaks one is told with the place. Internal to certify.

#include <vector>

#include "verify/certify_examine.h"

namespace assay::verify {

struct TableRequest {
  const tasks::Contract& contract;
  const Screened& screened;
  const CertifyOptions& options;
  Toolchain& toolchain;
  sandbox::RunJail& jail;
  std::stop_token stop;
};

/// What a count rests on: every function's own claims that its code is defined, in bounds and ends are proved.
bool functions_are_safe(const tasks::Contract& contract, const std::vector<Claim>& claims);

/// `examined`: the set's properties, in its order; `claims` those of the functions.
Result<void> settle_tables(const TableRequest& request, const properties::PropertySet& set, const std::vector<Claim>& claims,
                           std::vector<ExaminedFunction>& examined);

/// For a claim that a solver proved and of which no proof was found that a bundle could keep. True: now it is proved by counting.
Result<bool> count_instead(const TableRequest& request, const properties::PropertySet& set, std::size_t property, const lower::Program& program,
                           Claim& claim);

}  // namespace assay::verify
