#pragma once
// Certificates for people and models: a line per claim, a refutation with its trace as a small table.

#include <string>

#include "verify/certify.h"

namespace assay::verify {

/// "refuted  priority  no_undefined_behaviour  0.50  ..." : columns aligned over all claims.
std::string claim_table(const Certificate& certificate);

/// What a refuted claim's counterexample does: the inputs, both runs, and the trace as "line | variable | value". At most
/// `most_steps` of it; "" where the claim is not refuted.
std::string refutation_text(const Claim& claim, std::size_t most_steps);

}  // namespace assay::verify
