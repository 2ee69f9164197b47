#pragma once
// The dense trace beside its source, so that a big trace is parsed and renumbered once.
//
// `<trace>.<digest12>.assay-cache` holds the image (trace_image.h) after a header of digests: of the source's bytes with the
// read options, of the image, and of the header itself. A file that does not check out (stale, truncated, changed)
// is rebuilt without a word; where the folder cannot be written, the trace is simply read again next time.

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "evaluators/cache/trace_read.h"

namespace assay::evaluators::cache {

/// Names the source content and everything that its reading depends on.
Result<Digest> cache_key(const std::filesystem::path& path, const ReadOptions& options);
std::filesystem::path cache_path(const std::filesystem::path& trace, const Digest& key);

/// None: no such file, or it does not check out.
std::optional<Trace> load_cache(const std::filesystem::path& path, const Digest& key);
Result<void> store_cache(const std::filesystem::path& path, const Digest& key, const Trace& trace);

}  // namespace assay::evaluators::cache
