#pragma once
// Queues over dense ids, without allocation per request.

#include <bit>
#include <cstdint>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// Doubly linked lists over the ids 0..objects-1; an id is in one list of a `Lists` or in none. Each list is a ring through
/// a sentinel of its own, so that no operation has a special case.
class Lists {
 public:
  Lists(std::uint32_t objects, std::uint32_t lists) : objects_(objects), nodes_(std::size_t{objects} + lists, {kAbsent, kAbsent}) {
    for (std::uint32_t list = 0; list < lists; ++list) nodes_[end(list)] = {end(list), end(list)};
  }

  bool contains(std::uint32_t id) const { return nodes_[id].newer != kAbsent; }  ///< in any of the lists
  bool empty(std::uint32_t list) const { return nodes_[end(list)].newer == end(list); }
  std::uint32_t newest(std::uint32_t list) const { return nodes_[end(list)].older; }
  std::uint32_t oldest(std::uint32_t list) const { return nodes_[end(list)].newer; }
  std::uint32_t newer(std::uint32_t id) const { return nodes_[id].newer; }
  std::uint32_t end(std::uint32_t list) const { return objects_ + list; }  ///< past the newest and before the oldest

  void push_newest(std::uint32_t list, std::uint32_t id) { link(nodes_[end(list)].older, id, end(list)); }
  /// `place`: a member, or the end of a list to become its oldest.
  void insert_newer_than(std::uint32_t place, std::uint32_t id) { link(place, id, nodes_[place].newer); }
  /// Requires: in a list.
  void remove(std::uint32_t id) {
    unlink(id);
    nodes_[id].newer = kAbsent;
  }
  void move_newest(std::uint32_t list, std::uint32_t id) {
    unlink(id);
    push_newest(list, id);
  }
  /// Requires: not empty.
  std::uint32_t pop_oldest(std::uint32_t list) {
    std::uint32_t id = oldest(list);
    remove(id);
    return id;
  }
  void prefetch(std::uint32_t id) const { __builtin_prefetch(&nodes_[id], 1); }

 private:
  static constexpr std::uint32_t kAbsent = kNever;
  struct Node {
    std::uint32_t older, newer;
  };
  void unlink(std::uint32_t id) {
    auto [older, newer] = nodes_[id];
    nodes_[older].newer = newer;
    nodes_[newer].older = older;
  }
  void link(std::uint32_t older, std::uint32_t id, std::uint32_t newer) {
    nodes_[id] = {older, newer};
    nodes_[older].newer = id;
    nodes_[newer].older = id;
  }

  std::uint32_t objects_;
  std::vector<Node> nodes_;
};

/// A FIFO queue of at most `most` ids in a ring buffer.
class Ring {
 public:
  explicit Ring(std::uint64_t most) : slots_(std::bit_ceil(most + 1)), mask_(slots_.size() - 1) {}
  bool empty() const { return in_ == out_; }
  void push(std::uint32_t id) { slots_[in_++ & mask_] = id; }
  std::uint32_t pop() { return slots_[out_++ & mask_]; }

 private:
  std::vector<std::uint32_t> slots_;
  std::size_t mask_;
  std::size_t in_ = 0, out_ = 0;
};

}  // namespace assay::evaluators::cache
