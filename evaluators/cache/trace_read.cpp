#include "evaluators/cache/trace_read.h"

#include <cstring>

#include "evaluators/cache/byte_source.h"
#include "evaluators/cache/trace_builder.h"
#include "evaluators/cache/trace_text.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::size_t kOracleRecord = 24;

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Result<Trace> read_oracle(ByteSource& source, const std::string& name, bool allow_unsorted) {
  TraceBuilder builder(allow_unsorted);
  for (;;) {
    auto bytes = source.peek(kOracleRecord);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    std::string at = name + ": byte " + std::to_string(source.offset());
    if (bytes->size() < kOracleRecord)
      return fail(at + ": the last record has " + std::to_string(bytes->size()) + " of 24 bytes; the trace is truncated");
    std::size_t whole = bytes->size() / kOracleRecord;
    for (std::size_t i = 0; i < whole; ++i) {
      const char* record = bytes->data() + i * kOracleRecord;
      auto added = builder.add(load<std::uint64_t>(record + 4), load<std::uint32_t>(record + 12), load<std::uint32_t>(record));
      if (!added)
        return fail(name + ": byte " + std::to_string(source.offset() + i * kOracleRecord) + ": " + added.error().what);
    }
    source.consume(whole * kOracleRecord);
  }
  auto trace = std::move(builder).finish();
  if (!trace) return fail(name + ": " + trace.error().what);
  return trace;
}

/// The format that the name says: the part before .zst or .zstd decides.
std::optional<TraceFormat> format_by_name(std::filesystem::path path) {
  if (path.extension() == ".zst" || path.extension() == ".zstd") path = path.stem();
  std::string name = path.filename().string();
  if (name.find(".oracleGeneral") != std::string::npos || name.ends_with(".oracle")) return TraceFormat::oracle;
  if (name.ends_with(".csv") || name.ends_with(".tsv")) return TraceFormat::csv;
  return std::nullopt;
}

/// By the first bytes: binary is oracle; text with more than one field per line is CSV, with one field ids.
TraceFormat format_by_content(std::string_view start) {
  for (unsigned char c : start.substr(0, 4096))
    if (c < 9 || (c > 13 && c < 32) || c == 127) return TraceFormat::oracle;
  std::string_view line = start.substr(0, start.find('\n'));
  return line.find_first_of(",;\t|") == std::string_view::npos ? TraceFormat::ids : TraceFormat::csv;
}

}  // namespace

std::string_view name_of(TraceFormat format) {
  return format == TraceFormat::oracle ? "oracle" : format == TraceFormat::csv ? "csv" : "ids";
}

std::optional<TraceFormat> trace_format_named(std::string_view name) {
  for (auto format : {TraceFormat::oracle, TraceFormat::csv, TraceFormat::ids})
    if (name_of(format) == name) return format;
  return std::nullopt;
}

Result<Trace> read_trace(const std::filesystem::path& path, const ReadOptions& options) {
  auto source = ByteSource::open(path);
  if (!source) return std::unexpected(source.error());
  auto start = (*source)->peek(4096);
  if (!start) return std::unexpected(start.error());
  if (start->empty()) return fail(path.string() + ": the file is empty");
  auto format = options.format ? options.format : format_by_name(path);
  switch (format.value_or(format_by_content(*start))) {
    case TraceFormat::oracle: return read_oracle(**source, path.string(), options.allow_unsorted);
    case TraceFormat::csv: return read_csv(**source, path.string(), options.csv, options.allow_unsorted);
    case TraceFormat::ids: return read_ids(**source, path.string());
  }
  return fail(path.string() + ": unknown format");
}

}  // namespace assay::evaluators::cache
