#pragma once
// How a driver's text says in what way it wants to be compiled.

#include <string_view>

namespace assay::sandbox {

/// A driver whose text begins with this line is compiled by itself, once for many policies, whatever the effort: its own work is so much
/// more than a call of the policy that inlining gains nothing, and compiling it each time would cost more than all runs.
inline constexpr std::string_view kCompiledApart = "// compiled apart\n";

}  // namespace assay::sandbox
