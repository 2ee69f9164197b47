#pragma once
// What the drivers of the cache domain can show a policy and what they ask of it: the words of a contract.
//
// Each feature has the range that its driver keeps, whatever the trace: a contract that declares less would be a defect
// of the task, and is refused.

#include <cstdint>
#include <span>
#include <string_view>

#include "evaluators/cache/driver_text.h"

namespace assay::evaluators::cache {

struct Feature {
  std::string_view record;      ///< "Cache"
  std::string_view path;        ///< "hits.p50"
  std::string_view expression;  ///< in the driver's view: "cache_hits[2]"; of queue i where per_queue: "queues->bytes[i]"
  std::string_view use;         ///< the driver keeps it up when kUse_<use>: "cache_hits"
  std::int64_t min = 0, max = 0;
  bool per_queue = false;  ///< an array, one element for each queue
};

struct Call {
  std::string_view name;
  bool required = false;
  std::int64_t above_queues = 0;  ///< the largest answer, over the number of queues; meaningless for priorities
  std::string_view records;       ///< that it may take, each once, in any order: " Object Ghost "
  std::string_view fallback;      ///< what the driver does when the contract does not declare it
};

struct Vocabulary {
  Machine machine;
  std::span<const Feature> features;
  std::span<const Call> calls;
  std::string_view view_type;
};

const Vocabulary& vocabulary(Machine machine);

inline constexpr std::int64_t kMostQueuesOfContract = 8;
inline constexpr std::size_t kMostMarksOfContract = 3;

}  // namespace assay::evaluators::cache
