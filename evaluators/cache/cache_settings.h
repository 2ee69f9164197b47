#pragma once
// The settings of an instance in the cache domain (cache_domain.h), read from the task's JSON.

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "evaluators/cache/trace_read.h"

namespace assay::evaluators::cache {

struct CacheSettings {
  std::filesystem::path trace;
  ReadOptions read;
  double from = 0, to = 1;
  CapacitySpec capacity;
};

/// Keys: trace, window, capacity, size_aware; and format, columns {time, id, size} and allow_unsorted for a trace whose
/// reading must be told. Appends everything wrong to `problems`, each as "<name>: what; mend". A trace that is not there is wrong.
CacheSettings read_settings(const Json& settings, const std::filesystem::path& folder, const std::string& name,
                            std::vector<std::string>& problems);

}  // namespace assay::evaluators::cache
