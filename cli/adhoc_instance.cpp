#include "cli/adhoc_instance.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "base/file.h"
#include "evaluators/cache/trace_write.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;
namespace cache = evaluators::cache;

/// {"objects": 185}, {"bytes": 1000000} or {"share": 0.01}
Result<Json> capacity_setting(const AdhocArguments& arguments) {
  const auto& text = arguments.capacity;
  if (text.empty()) return fail("--trace needs --capacity: a number, or a share of the working set such as 1%");
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (text.ends_with('%')) {
    double percent = 0;
    auto [stopped, code] = std::from_chars(begin, end - 1, percent);
    if (code == std::errc() && stopped == end - 1 && percent > 0 && percent <= 100) return Json{{"share", percent / 100}};
  } else {
    std::uint64_t amount = 0;
    auto [stopped, code] = std::from_chars(begin, end, amount);
    if (code == std::errc() && stopped == end && amount > 0) return Json{{arguments.unit, amount}};
  }
  return fail("--capacity " + text + ": must be a whole number above 0, or a share such as 1% (above 0, at most 100)");
}

bool plain(const TraceArguments& reading) {
  return reading.format.empty() && reading.time.empty() && reading.id.empty() && reading.size.empty() &&
         reading.delimiter.empty() && !reading.header && !reading.no_header && !reading.allow_unsorted;
}

/// Writes a copy that reads the same without options.
Result<void> convert(const AdhocArguments& arguments, const fs::path& path) {
  auto options = read_options(arguments.reading);
  if (!options) return std::unexpected(options.error());
  auto trace = cache::read_trace(arguments.trace, *options);
  if (!trace) return std::unexpected(trace.error());
  if (options->allow_unsorted) trace->times.clear();  // a replay does not look at them
  return cache::write_trace(*trace, path, cache::WriteFormat::csv);
}

}  // namespace

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code code;
  std::string name = (fs::temp_directory_path(code) / "assay-XXXXXX").string();
  if (code) return fail("find a folder for temporary files: " + code.message() + "; set TMPDIR to one");
  if (::mkdtemp(name.data()) == nullptr) return fail(system_error("create " + name));
  TemporaryFolder folder;
  folder.path_ = name;
  return folder;
}

void add_adhoc_options(CLI::App& command, AdhocArguments& arguments) {
  auto* trace = command.add_option("--trace", arguments.trace, "evaluate on this trace, not on the task's instances");
  command.add_option("--capacity", arguments.capacity, "with --trace: cache size in units, or as a share of the working set: 1%")
      ->needs(trace);
  command.add_option("--unit", arguments.unit, "with --trace: objects (every size is 1) or bytes")
      ->check(CLI::IsMember({"objects", "bytes"}))
      ->needs(trace);
  add_trace_options(command, arguments.reading);
}

Result<AdhocInstance> make_adhoc(const AdhocArguments& arguments) {
  AdhocInstance instance;
  if (arguments.trace.empty()) return instance;
  auto capacity = capacity_setting(arguments);
  if (!capacity) return std::unexpected(capacity.error());
  std::error_code code;
  fs::path path = fs::absolute(arguments.trace, code);
  if (!plain(arguments.reading)) {
    auto folder = TemporaryFolder::make();
    if (!folder) return std::unexpected(folder.error());
    path = folder->path() / "trace.csv";
    if (auto done = convert(arguments, path); !done) return std::unexpected(done.error());
    instance.converted = std::move(*folder);
  }
  instance.spec = tasks::InstanceSpec{
      fs::path(arguments.trace).filename().string(), tasks::Split::holdout,
      Json{{"trace", path.string()}, {"capacity", *capacity}, {"size_aware", arguments.unit == "bytes"}}};
  return instance;
}

}  // namespace assay::cli
