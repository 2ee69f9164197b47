#pragma once
// A recording as a trace file: libCacheSim's oracleGeneral, zstd-compressed.

#include <filesystem>

#include "base/result.h"
#include "cli/record/recorder.h"

namespace assay::cli {

/// Records in order; id from id_of_path, time in whole seconds since the start, sizes above 4 GiB - 1 as 4 GiB - 1 (the
/// format has 32 bits). Error: no request, or the file cannot be written.
Result<void> write_oracle(const Recording& recording, const std::filesystem::path& path);

}  // namespace assay::cli
