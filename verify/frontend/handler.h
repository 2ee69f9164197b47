#pragma once
// What the compile worker does: one request, one reply. Stateless, so that a fresh worker gives the same bytes.
//
//   "screen", contract, candidate                        -> "parsed", JSON {policy, unfinished, findings}
//   "run" | "checked", contract, constants, policy, driver -> "image", bytes, entry offset, IR digest
//   "driver", contract, constants, driver                -> "object", bytes
//   "quick", contract, policy, driver object, function... -> "image", bytes, entry offset, IR digest
//   "lower", contract, policy, function...               -> "bitcode", bytes
//   any                                                  -> "errors", JSON [[file, line, column, message]...]

#include <string>
#include <string_view>

namespace assay::verify::frontend {

std::string handle(std::string_view request);

/// Compiles a tiny policy, so that LLVM's tables are built and its pages are there before the first request.
void warm_up();

}  // namespace assay::verify::frontend
