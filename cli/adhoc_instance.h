#pragma once
// An instance that a user asks for on the command line: --trace FILE --capacity N --unit objects|bytes.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "cli/trace_options.h"
#include "tasks/task.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct AdhocArguments {
  std::string trace;
  std::string capacity;  ///< a number of units, or "5%" of the working set
  std::string unit = "objects";
  TraceArguments reading;
};

/// A folder of our own under TMPDIR that goes with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() = default;
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFolder();
  static Result<TemporaryFolder> make();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct AdhocInstance {
  std::optional<tasks::InstanceSpec> spec;  ///< none when no --trace was given
  TemporaryFolder converted;                ///< holds the trace in a form that needs no reading options
};

void add_adhoc_options(CLI::App& command, AdhocArguments& arguments);
/// The Error names the option.
Result<AdhocInstance> make_adhoc(const AdhocArguments& arguments);

}  // namespace assay::cli
