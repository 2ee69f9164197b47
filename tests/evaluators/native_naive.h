#pragma once
// Textbook versions of some algorithms over standard containers: slow, short, obviously right. The native ones are
// checked against them.

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <string_view>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

class Naive {
 public:
  Naive(std::string_view name, const Trace& trace, std::uint64_t capacity, bool bytes)
      : name_(name), trace_(trace), capacity_(capacity), bytes_(bytes) {}

  std::uint64_t misses() {
    std::uint64_t misses = 0;
    for (now_ = 0; now_ < trace_.ids.size(); ++now_) {
      auto id = trace_.ids[now_];
      if (auto found = find(id); found != queue_.end()) {
        hit(found);
        continue;
      }
      ++misses;
      std::uint64_t size = bytes_ ? trace_.request_size(now_) : 1;
      if (size > capacity_) continue;
      while (occupied() + size > capacity_) evict();
      queue_.push_back({id, size, 1, false, now_});
    }
    return misses;
  }

 private:
  struct Object {
    std::uint32_t id;
    std::uint64_t size;
    int count;
    bool bit;
    std::size_t touched;
  };
  using Place = std::list<Object>::iterator;

  Place find(std::uint32_t id) {
    return std::find_if(queue_.begin(), queue_.end(), [&](const Object& o) { return o.id == id; });
  }
  std::uint64_t occupied() const {
    std::uint64_t sum = 0;
    for (const auto& object : queue_) sum += object.size;
    return sum;
  }
  void hit(Place object) {
    ++object->count;
    object->bit = true;
    object->touched = now_;
    if (name_ == "lru") queue_.splice(queue_.end(), queue_, object);
  }
  std::size_t next_use(std::uint32_t id) const {
    for (std::size_t i = now_ + 1; i < trace_.ids.size(); ++i)
      if (trace_.ids[i] == id) return i;
    return trace_.ids.size();
  }
  void evict() {
    if (name_ == "fifo" || name_ == "lru") return queue_.pop_front();
    if (name_ == "clock") {
      for (; queue_.front().bit; queue_.splice(queue_.end(), queue_, queue_.begin())) queue_.front().bit = false;
      return queue_.pop_front();
    }
    if (name_ == "sieve") return evict_sieve();
    auto worse = [&](const Object& a, const Object& b) {
      if (name_ == "belady") return next_use(a.id) > next_use(b.id);
      return a.count != b.count ? a.count < b.count : a.touched < b.touched;
    };
    queue_.erase(std::min_element(queue_.begin(), queue_.end(), worse));
  }
  void evict_sieve() {
    auto at = hand_ == kNever ? queue_.begin() : find(hand_);
    for (; at->bit; at = std::next(at) == queue_.end() ? queue_.begin() : std::next(at)) at->bit = false;
    auto next = queue_.erase(at);
    hand_ = next == queue_.end() ? kNever : next->id;
  }

  std::string_view name_;
  const Trace& trace_;
  std::uint64_t capacity_;
  bool bytes_;
  std::size_t now_ = 0;
  std::list<Object> queue_;  ///< oldest first
  std::uint32_t hand_ = kNever;
};

}  // namespace assay::evaluators::cache
