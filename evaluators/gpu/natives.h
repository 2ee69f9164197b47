#pragma once
// The native baselines: what published kernels do, re-expressed from their rules over the features that a policy sees. Each has a twin in
// the policy language in tasks/*/baselines that decides the same on every shape.
//
// They know blocks of other sizes, and whole lists of lengths, where a policy sees sums: each says where it deviates.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/gpu/features.h"

namespace assay::evaluators::gpu {

/// The baseline whose figures are the best ones that are known. Sees figures, and is no rival.
inline constexpr std::string_view kOracle = "oracle";

/// Of a kind; without the oracle.
std::vector<std::string> natives_of(Kind kind);

/// What a baseline decides on a shape. None: the kind has no such baseline.
std::optional<Action> native_action(std::string_view name, const Shape& shape, const Device& device);

}  // namespace assay::evaluators::gpu
