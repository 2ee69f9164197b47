#include "evaluators/cache/trace_write.h"

#include <zstd.h>

#include <limits>

namespace assay::evaluators::cache {
namespace {

void append_bytes(std::string& out, auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }

std::uint64_t label(const Trace& trace, std::uint32_t id) { return trace.labels.empty() ? id : trace.labels[id]; }
std::int64_t time_of(const Trace& trace, std::size_t i) { return trace.times.empty() ? static_cast<std::int64_t>(i) : trace.times[i]; }

Result<std::string> oracle_text(const Trace& trace) {
  constexpr std::int64_t kMax = std::numeric_limits<std::uint32_t>::max();
  auto next = next_access(trace);
  std::string out;
  out.reserve(trace.requests() * 24);
  for (std::size_t i = 0; i < trace.ids.size(); ++i) {
    auto time = time_of(trace, i);
    auto size = trace.request_size(i);
    if (time < 0 || time > kMax || size > static_cast<std::uint64_t>(kMax))
      return fail("request " + std::to_string(i) + ": time " + std::to_string(time) + " or size " + std::to_string(size) +
                  " does not fit in the 32 bits that oracleGeneral has; write CSV");
    append_bytes(out, static_cast<std::uint32_t>(time));
    append_bytes(out, label(trace, trace.ids[i]));
    append_bytes(out, static_cast<std::uint32_t>(size));
    append_bytes(out, next[i] == kNever ? std::int64_t{-1} : static_cast<std::int64_t>(next[i]));
  }
  return out;
}

std::string csv_text(const Trace& trace) {
  std::string out = "time,id,size\n";
  for (std::size_t i = 0; i < trace.ids.size(); ++i)
    out += std::to_string(time_of(trace, i)) + "," + std::to_string(label(trace, trace.ids[i])) + "," +
           std::to_string(trace.request_size(i)) + "\n";
  return out;
}

Result<std::string> compressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  std::size_t n = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 19);
  if (ZSTD_isError(n)) return fail(std::string("compress: ") + ZSTD_getErrorName(n));
  out.resize(n);
  return out;
}

struct Named {
  std::string_view name;
  WriteFormat format;
};
constexpr Named kFormats[] = {{"oracle", WriteFormat::oracle},
                              {"oracle.zst", WriteFormat::oracle_zst},
                              {"csv", WriteFormat::csv},
                              {"csv.zst", WriteFormat::csv_zst}};

}  // namespace

std::optional<WriteFormat> write_format_named(std::string_view name) {
  for (const auto& known : kFormats)
    if (known.name == name) return known.format;
  return std::nullopt;
}

Result<void> write_trace(const Trace& trace, const std::filesystem::path& path, WriteFormat format) {
  bool oracle = format == WriteFormat::oracle || format == WriteFormat::oracle_zst;
  auto text = oracle ? oracle_text(trace) : Result<std::string>(csv_text(trace));
  if (text && (format == WriteFormat::oracle_zst || format == WriteFormat::csv_zst)) text = compressed(*text);
  if (!text) return fail("write " + path.string() + ": " + text.error().what);
  return write_file(path, *text);
}

}  // namespace assay::evaluators::cache
