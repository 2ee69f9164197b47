#pragma once
// Room for packets under way. A slot is one packet's from take() to give_back().

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace assay::evaluators::congestion::kernel {

class PacketPool {
 public:
  /// No packet is longer than `bytes`.
  explicit PacketPool(std::size_t bytes) : bytes_(bytes) {}

  std::uint32_t take() {
    if (free_.empty()) {
      slots_.push_back({std::vector<std::byte>(bytes_), 0});
      free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(std::uint32_t slot) {
    assert(slot < slots_.size() && free_.size() < slots_.size());
    free_.push_back(slot);
  }
  std::size_t taken() const { return slots_.size() - free_.size(); }

  std::span<std::byte> room(std::uint32_t slot) { return slots_[slot].bytes; }
  std::span<std::byte> packet(std::uint32_t slot) { return room(slot).first(slots_[slot].used); }
  void set_used(std::uint32_t slot, std::size_t used) { slots_[slot].used = used; }

 private:
  struct Slot {
    std::vector<std::byte> bytes;
    std::size_t used;
  };
  std::size_t bytes_;
  std::deque<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace assay::evaluators::congestion::kernel
