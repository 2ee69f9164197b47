#include "evaluators/cache/least.h"

#include <algorithm>
#include <vector>

#include "evaluators/cache/native/heap.h"

namespace assay::evaluators::cache {
namespace {

using Wide = unsigned __int128;

/// MIN over the residents and the object that is asked for.
std::uint64_t least_misses_in_objects(const Trace& trace, std::uint64_t capacity) {
  const auto next = next_access(trace);
  Heap<std::uint32_t> residents(trace.objects());  // by ~next: the farthest is the least
  std::uint64_t misses = 0, used = 0;
  for (std::size_t i = 0; i < trace.ids.size(); ++i) {
    const std::uint32_t id = trace.ids[i];
    if (residents.contains(id)) {
      residents.change(id, ~next[i]);
      continue;
    }
    ++misses;
    if (used < capacity) {
      residents.push(id, ~next[i]);
      ++used;
    } else if (residents.least_key() < ~next[i]) {
      residents.pop_least();
      residents.push(id, ~next[i]);
    }
  }
  return misses;
}

/// What it takes to hit the next request to an object, from one request to it on.
struct Stay {
  Wide cost;  ///< bytes x requests
  std::uint64_t bytes;  ///< that are not missed
};

std::vector<Stay> stays_of(const Trace& trace, std::uint64_t capacity) {
  std::vector<std::uint64_t> smallest = trace.sizes;
  for (std::size_t i = 0; i < trace.request_sizes.size(); ++i) smallest[trace.ids[i]] = std::min(smallest[trace.ids[i]], trace.request_sizes[i]);
  const auto next = next_access(trace);
  std::vector<Stay> stays;
  for (std::size_t i = 0; i < next.size(); ++i) {
    const std::uint64_t size = smallest[trace.ids[i]];
    if (next[i] == kNever || size > capacity) continue;
    stays.push_back({Wide{size} * (next[i] - i), trace.request_size(next[i])});
  }
  return stays;
}

std::uint64_t most_hits(std::vector<Stay>& stays, Wide space) {
  std::ranges::sort(stays, {}, &Stay::cost);
  std::uint64_t hits = 0;
  for (const Stay& stay : stays) {
    if (stay.cost > space) break;
    space -= stay.cost;
    ++hits;
  }
  return hits;
}

/// The last one in part, and that part rounded up.
std::uint64_t most_hit_bytes(std::vector<Stay>& stays, Wide space) {
  // cost is at most 2^40 bytes x 2^32 requests and bytes at most 2^40, so the products fit.
  std::ranges::sort(stays, [](const Stay& a, const Stay& b) { return a.cost * b.bytes < b.cost * a.bytes; });
  std::uint64_t bytes = 0;
  for (const Stay& stay : stays) {
    if (stay.cost > space) return bytes + static_cast<std::uint64_t>((space * stay.bytes + stay.cost - 1) / stay.cost);
    space -= stay.cost;
    bytes += stay.bytes;
  }
  return bytes;
}

}  // namespace

Least least_counts(const Trace& trace, std::uint64_t capacity, Unit unit) {
  if (unit == Unit::objects) {
    const std::uint64_t misses = least_misses_in_objects(trace, capacity);
    return {misses, misses};
  }
  auto stays = stays_of(trace, capacity);
  const Wide space = Wide{capacity} * trace.requests();
  const std::uint64_t hits = most_hits(stays, space);
  return {trace.requests() - hits, trace.requested_bytes - most_hit_bytes(stays, space)};
}

}  // namespace assay::evaluators::cache
