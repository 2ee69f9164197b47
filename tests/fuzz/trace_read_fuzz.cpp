// Every reader of traces (oracleGeneral, CSV, ids; plain or zstd), the cache beside the file, the image and the writer.

#include <zstd.h>

#include <set>

#include "evaluators/cache/trace_cache.h"
#include "evaluators/cache/trace_write.h"
#include "tests/fuzz/trace_laws.h"

namespace assay::evaluators::cache {
namespace {

using fuzz::must;

std::string packed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

/// The first bytes of an input choose how the rest is read.
struct Choice {
  ReadOptions options;
  std::string name;
  bool pack = false;

  explicit Choice(fuzz::Input& input) {
    const auto how = input.byte(), more = input.byte();
    constexpr std::optional<TraceFormat> kFormats[] = {std::nullopt, TraceFormat::oracle, TraceFormat::csv, TraceFormat::ids};
    constexpr const char* kNames[] = {"trace", "a.csv", "a.oracleGeneral.zst", "a.tsv.zstd"};
    constexpr const char* kColumns[] = {"", "1", "3", "id", "-", "obj_size", "0", "key"};
    options.format = kFormats[how & 3];
    name = kNames[how >> 2 & 3];
    options.allow_unsorted = how & 16;
    if (how & 32) options.csv.header = how & 64;
    pack = how & 128;
    options.csv.delimiter = "\0,; "[more & 3];
    if (more & 4) options.csv.id = kColumns[more >> 3 & 7];
    if (more & 64) options.csv.size = kColumns[(more >> 3) + 1 & 7];
    if (more & 128) options.csv.time = kColumns[(more >> 3) + 2 & 7];
  }
};

/// What a file can say of a trace: times and ids of its own where the trace had none, nothing of what was left out.
Trace as_written(Trace trace) {
  if (trace.labels.empty())
    for (std::uint32_t i = 0; i < trace.objects(); ++i) trace.labels.push_back(i);
  if (trace.times.empty())
    for (std::size_t i = 0; i < trace.requests(); ++i) trace.times.push_back(static_cast<std::int64_t>(i));
  trace.skipped = 0;
  return sealed(std::move(trace));
}

void check_round_trip(const fuzz::Folder& folder, const Trace& trace, WriteFormat format) {
  const bool oracle = format == WriteFormat::oracle || format == WriteFormat::oracle_zst;
  const auto path = folder.path() / "written";
  if (auto written = write_trace(trace, path, format); !written) return must(oracle && !written.error().what.empty(), "only oracleGeneral may not hold a trace");
  ReadOptions options{.format = oracle ? TraceFormat::oracle : TraceFormat::csv, .allow_unsorted = true};
  auto again = read_trace(path, options);
  must(again.has_value(), "what was written can be read");
  must(equal(*again, as_written(trace)), "what was written reads the same");
}

void check_windows(const Trace& trace, bool sorted) {
  for (auto [from, to] : {std::pair{0.0, 0.5}, {0.3, 1.0}, {0.99, 1.0}, {0.5, 0.5}}) {
    auto part = window(trace, from, to);
    must(part || !part.error().what.empty(), "a window is a trace or an Error");
    if (part) check_laws(*part, sorted);
  }
}

}  // namespace
}  // namespace assay::evaluators::cache

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  using namespace assay::evaluators::cache;
  static const fuzz::Folder folder;
  folder.clear();
  fuzz::Input input(data, size);
  const Choice choice(input);
  const auto path = folder.write(choice.name, choice.pack ? packed(input.rest()) : std::string(input.rest()));

  auto trace = read_trace(path, choice.options);
  auto first = load_trace(path, choice.options), second = load_trace(path, choice.options);
  fuzz::must(first.has_value() == trace.has_value() && second.has_value() == trace.has_value(), "a cache beside a trace changes nothing");
  if (!trace) {
    fuzz::must(trace.error().what.starts_with(path.string()), "an Error names the file");
    return 0;
  }
  fuzz::must(equal(*trace, *first) && equal(*trace, *second), "the cache beside a trace gives the same trace");
  check_laws(*trace, !choice.options.allow_unsorted);
  check_image(*trace);
  check_windows(*trace, !choice.options.allow_unsorted);
  check_round_trip(folder, *trace, static_cast<WriteFormat>(size % 8 < 7 ? size % 2 * 2 : size / 8 % 4));
  return 0;
}
