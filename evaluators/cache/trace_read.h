#pragma once
// Trace files to Traces. Every message names the file and the line or byte where reading stopped.
//
//   oracle  libCacheSim's oracleGeneral: packed little-endian records of 24 bytes (u32 time, u64 id, u32 size, i64 next)
//   csv     columns by name or number
//   ids     one object id per line; every size is 1
// Each plain or zstd-compressed: told apart by content, never by name.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

enum class TraceFormat : std::uint8_t { oracle, csv, ids };
std::string_view name_of(TraceFormat format);
std::optional<TraceFormat> trace_format_named(std::string_view name);

struct CsvOptions {
  std::string time;              ///< column: a header's name, or a number from 1; empty: "time" or "timestamp" if there
  std::string id;                ///< empty: "id", "obj_id", "object" or "key" if there, else the only or second column
  std::string size;              ///< empty: "size", "obj_size" or "bytes" if there; "-": none, every size is 1
  char delimiter = 0;            ///< 0: the first of , ; tab | space that the first line holds
  std::optional<bool> header;    ///< none: there is one when the first line has a field that is no number
};

struct ReadOptions {
  std::optional<TraceFormat> format;  ///< none: by extension, then by content
  CsvOptions csv;
  bool allow_unsorted = false;  ///< accept times that go back (a replay does not look at them)
};

/// Reads the file. Errors: cannot open, truncated, no request left, negative or huge size, unsorted time, bad number.
Result<Trace> read_trace(const std::filesystem::path& path, const ReadOptions& options = {});

/// Like read_trace, through the cache file beside the trace (trace_cache.h).
Result<Trace> load_trace(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace assay::evaluators::cache
