#pragma once
// A 4-ary min-heap over dense ids with keys that change.

#include <cstdint>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// Keys must be distinct where the order of equal ones would matter.
template <class Key>
class Heap {
 public:
  explicit Heap(std::uint32_t objects) : place_(objects, kNever) {}

  bool contains(std::uint32_t id) const { return place_[id] != kNever; }
  bool empty() const { return entries_.empty(); }
  const Key& least_key() const { return entries_.front().key; }

  void push(std::uint32_t id, const Key& key) {
    entries_.push_back({key, id});
    sift_up(entries_.size() - 1, {key, id});
  }
  /// Requires: contains(id).
  void change(std::uint32_t id, const Key& key) {
    std::size_t at = place_[id];
    if (key < entries_[at].key)
      sift_up(at, {key, id});
    else
      sift_down(at, {key, id});
  }
  /// Requires: not empty.
  std::uint32_t pop_least() {
    std::uint32_t id = entries_.front().id;
    place_[id] = kNever;
    Entry last = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) sift_down(0, last);
    return id;
  }

 private:
  struct Entry {
    Key key;
    std::uint32_t id;
  };
  void put(std::size_t at, const Entry& entry) {
    entries_[at] = entry;
    place_[entry.id] = static_cast<std::uint32_t>(at);
  }
  void sift_up(std::size_t at, Entry entry) {
    while (at > 0) {
      std::size_t parent = (at - 1) / 4;
      if (!(entry.key < entries_[parent].key)) break;
      put(at, entries_[parent]);
      at = parent;
    }
    put(at, entry);
  }
  void sift_down(std::size_t at, Entry entry) {
    for (;;) {
      std::size_t first = at * 4 + 1;
      if (first >= entries_.size()) break;
      std::size_t least = first, last = first + 4 < entries_.size() ? first + 4 : entries_.size();
      for (std::size_t child = first + 1; child < last; ++child)
        if (entries_[child].key < entries_[least].key) least = child;
      if (!(entries_[least].key < entry.key)) break;
      put(at, entries_[least]);
      at = least;
    }
    put(at, entry);
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> place_;
};

}  // namespace assay::evaluators::cache
