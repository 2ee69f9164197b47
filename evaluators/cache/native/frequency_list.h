#pragma once
// Residents ordered by how often they were asked for, first in first out among equals; every operation in O(1).
// Shah, Mitra, Matani: An O(1) algorithm for implementing the LFU cache eviction scheme (2010).

#include <cstdint>
#include <vector>

#include "evaluators/cache/native/lists.h"

namespace assay::evaluators::cache {

/// Requires: at most `most` residents at a time.
class FrequencyList {
 public:
  FrequencyList(std::uint32_t objects, std::uint64_t most)
      : buckets_of_(objects, kNever), members_(objects, static_cast<std::uint32_t>(most + 2)), buckets_(most + 2),
        order_(static_cast<std::uint32_t>(most + 2), 1) {
    for (std::uint32_t b = 0; b < buckets_.size(); ++b) free_.push_back(b);
  }

  bool contains(std::uint32_t id) const { return buckets_of_[id] != kNever; }
  void insert(std::uint32_t id) {
    std::uint32_t lowest = order_.oldest(0);
    if (order_.empty(0) || buckets_[lowest] != 1) lowest = open(1, order_.end(0));
    enter(lowest, id);
  }
  void bump(std::uint32_t id) {
    std::uint32_t from = buckets_of_[id], next = order_.newer(from);
    std::uint64_t count = buckets_[from] + 1;
    if (next == order_.end(0) || buckets_[next] != count) next = open(count, from);
    members_.remove(id);
    enter(next, id);
    close_if_empty(from);
  }
  void remove(std::uint32_t id) {
    std::uint32_t from = buckets_of_[id];
    members_.remove(id);
    buckets_of_[id] = kNever;
    close_if_empty(from);
  }
  /// The one that has been longest among those asked for least. Requires: there is one.
  std::uint32_t least() const { return members_.oldest(order_.oldest(0)); }

 private:
  std::uint32_t open(std::uint64_t count, std::uint32_t after) {
    std::uint32_t bucket = free_.back();
    free_.pop_back();
    buckets_[bucket] = count;
    order_.insert_newer_than(after, bucket);
    return bucket;
  }
  void enter(std::uint32_t bucket, std::uint32_t id) {
    members_.push_newest(bucket, id);
    buckets_of_[id] = bucket;
  }
  void close_if_empty(std::uint32_t bucket) {
    if (!members_.empty(bucket)) return;
    order_.remove(bucket);
    free_.push_back(bucket);
  }

  std::vector<std::uint32_t> buckets_of_;
  Lists members_;                       ///< one list per bucket
  std::vector<std::uint64_t> buckets_;  ///< requests counted by each bucket
  Lists order_;                         ///< open buckets, by count: oldest is the lowest
  std::vector<std::uint32_t> free_;
};

}  // namespace assay::evaluators::cache
