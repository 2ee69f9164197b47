#pragma once
// The texts of evaluators/cache/driver/ as they travel inside the program, without their includes.

#include <string>

namespace assay::evaluators::cache {

/// Types and structures of the machine: what the generated adapter builds on.
std::string driver_state_text(bool priority);
/// The loop and assay_entry: what builds on the adapter.
std::string driver_loop_text(bool priority);

}  // namespace assay::evaluators::cache
