#pragma once
// Counterexamples in words: which inputs, and what goes wrong. Internal to certify.

#include <string>

#include "verify/certify_trials.h"

namespace assay::verify {

/// Only what matters: inputs at zero, or at the bound nearest to it, go without saying.
std::string assignment(const lower::Program& program, const lower::Inputs& inputs);

/// All of them, as a JSON object; numbers, and doubles as decimal texts that read back exactly.
std::string inputs_json(const lower::Program& program, const lower::Inputs& inputs);

/// "view.small = 3: a division by zero".
std::string story(const lower::Program& program, const Counterexample& counterexample, lower::Property property, std::uint64_t bound);

/// A word as its input or slot means it.
std::string shown(lower::Word value, bool is_double);

}  // namespace assay::verify
