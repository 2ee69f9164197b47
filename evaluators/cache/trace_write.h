#pragma once
// Traces to files, for `assay trace convert`.

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

enum class WriteFormat : std::uint8_t { oracle, oracle_zst, csv, csv_zst };
std::optional<WriteFormat> write_format_named(std::string_view name);  ///< "oracle", "oracle.zst", "csv", "csv.zst"

/// Object ids are the source's where it had numbers, else dense. Error: a size or time beyond 32 bits for oracle.
Result<void> write_trace(const Trace& trace, const std::filesystem::path& path, WriteFormat format);

}  // namespace assay::evaluators::cache
