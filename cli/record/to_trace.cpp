#include "cli/record/to_trace.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace assay::cli {

Result<evaluators::cache::Trace> to_trace(const Recording& recording) {
  if (recording.requests.empty()) return fail("nothing was recorded: the command opened no regular file for reading");
  evaluators::cache::Trace trace;
  for (const auto& path : recording.files) trace.labels.push_back(id_of_path(path));
  for (const auto& request : recording.requests) {
    auto size = std::min<std::uint64_t>(request.size_bytes, std::numeric_limits<std::uint32_t>::max());
    if (request.file == trace.sizes.size()) trace.sizes.push_back(size);  // dense by first appearance: a new file
    trace.ids.push_back(request.file);
    trace.request_sizes.push_back(size);
    trace.times.push_back(static_cast<std::int64_t>(request.milliseconds / 1000));
  }
  return sealed(std::move(trace));
}

}  // namespace assay::cli
