#pragma once
// Link traces of Mahimahi (Netravali et al., "Mahimahi: Accurate Record-and-Replay for HTTP", USENIX ATC 2015): one whole number a
// line, the millisecond of one delivery opportunity. Several on one millisecond are several opportunities. At the end the
// schedule begins again, later by the last number.

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay::evaluators::congestion {

/// Numbers in order, the last one over 0. Strict: the Error names file, line and mend.
Result<std::vector<std::uint32_t>> read_mahimahi(const std::filesystem::path& path);
Result<std::vector<std::uint32_t>> read_mahimahi_text(std::string_view text, const std::string& name);

/// The opportunities up to and with `end_ms`, over and over. Requires: what read_mahimahi gives, and end_ms < 2^32.
std::vector<std::uint32_t> repeated(const std::vector<std::uint32_t>& schedule, std::uint64_t end_ms);

}  // namespace assay::evaluators::congestion
