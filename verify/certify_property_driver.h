#pragma once
// How a property's counterexample is run on compiled code. Internal to certify.

#include <cstdint>
#include <string>

#include "sandbox/run_jail.h"
#include "tasks/contract.h"
#include "verify/properties/properties.h"

namespace assay::verify {

/// Trusted text: reads a property's number and its inputs, which the `any`s take one after the other, and runs it.
std::string property_driver(const tasks::Contract& contract, const properties::PropertySet& set);

inline constexpr std::size_t kPropertyOutputBytes = 32;

/// The run came to an end with a `prove` that did not hold, the first one that failed at `line` of properties.cpp (0: any),
/// within the assumptions up to there.
bool claim_failed(const sandbox::RunReport& report, int line);

}  // namespace assay::verify
