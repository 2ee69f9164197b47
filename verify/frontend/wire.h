#pragma once
// Requests to the compile worker and its replies: a list of byte strings, each with its length before it. The reader
// believes nothing: a hostile worker may have written the reply.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::verify::frontend {

std::string pack(const std::vector<std::string_view>& fields);

/// nullopt: not a list that pack() made.
std::optional<std::vector<std::string_view>> unpack(std::string_view bytes);

}  // namespace assay::verify::frontend
