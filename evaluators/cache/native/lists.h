#pragma once
// Doubly linked lists over dense ids: two indices per object, heads in the list object. An id is in one list at a time.

#include <cstdint>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// prev = towards the head (newest), next = towards the tail (oldest).
struct Link {
  std::uint32_t prev, next;
};

struct List {
  std::uint32_t head = kNever, tail = kNever;
  bool empty() const { return head == kNever; }
};

class Links {
 public:
  explicit Links(std::uint32_t objects) : links_(objects) {}

  void push_head(List& list, std::uint32_t id) {
    links_[id] = {kNever, list.head};
    if (list.head != kNever) links_[list.head].prev = id; else list.tail = id;
    list.head = id;
  }
  void push_tail(List& list, std::uint32_t id) {
    links_[id] = {list.tail, kNever};
    if (list.tail != kNever) links_[list.tail].next = id; else list.head = id;
    list.tail = id;
  }
  void remove(List& list, std::uint32_t id) {
    auto [prev, next] = links_[id];
    if (prev != kNever) links_[prev].next = next; else list.head = next;
    if (next != kNever) links_[next].prev = prev; else list.tail = prev;
  }
  void to_head(List& list, std::uint32_t id) {
    if (list.head == id) return;
    remove(list, id);
    push_head(list, id);
  }
  std::uint32_t pop_tail(List& list) {
    std::uint32_t id = list.tail;
    remove(list, id);
    return id;
  }
  std::uint32_t prev(std::uint32_t id) const { return links_[id].prev; }
  std::uint32_t next(std::uint32_t id) const { return links_[id].next; }

 private:
  std::vector<Link> links_;
};

}  // namespace assay::evaluators::cache
