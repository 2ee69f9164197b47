#pragma once
// An object laid out as verify/frontend/link.h does it, without its checks: what a candidate could do if they were not there.
// For tests only, and only in the compile jail.

#include <optional>
#include <string>
#include <string_view>

#include "verify/frontend/compile.h"

namespace assay::attacks {

/// Symbols that are missing are at address 0. Nothing: it cannot be laid out at all.
std::optional<verify::frontend::Image> link_loosely(const std::string& object, std::string_view entry);

}  // namespace assay::attacks
