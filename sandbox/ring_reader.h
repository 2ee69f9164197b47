#pragma once
// The parent's end of the decision ring (sandbox/entry.h): takes whole blocks out of memory that the candidate can write at
// any time, and believes nothing in it.
//
// Every word is read once, checked, and never looked at again; a block's bytes are copied before the next word is read. What a
// candidate writes can change which bytes are copied, up to `most_bytes` of them, and nothing else.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/outcome.h"

namespace assay::sandbox {

/// How a run's ring is laid out: a page of AssayRing, then the blocks.
struct RingShape {
  std::uint64_t most_bytes = 0;   ///< of all decisions together
  std::uint64_t block_bytes = 0;
  std::uint64_t blocks = 0;       ///< places; 0: no decisions may be made

  static constexpr std::uint64_t kHeaderBytes = 4096;
  std::uint64_t bytes() const { return kHeaderBytes + blocks * block_bytes; }
  /// Everything fits at once: nobody has to empty the ring while the run goes on.
  bool holds_all() const { return blocks * block_bytes >= most_bytes; }
};
/// One block where that is enough; blocks of 64 KiB, up to 4 MiB of them, else.
RingShape ring_for(std::uint64_t most_bytes);

class RingReader {
 public:
  /// `shared`: shape.bytes() of it, zeroed before the run.
  RingReader(std::span<std::byte> shared, const RingShape& shape) : shared_(shared), shape_(shape) {}

  /// Copies out the blocks that are whole by now and frees their places. May be called at any time. Cost: that of
  /// copying at most the ring's size.
  void drain();
  /// Once nothing can write any more: all blocks, which must add up to `claimed` bytes. A ring that breaks the
  /// protocol is an Outcome of kind protocol_violation that names the block.
  Attempt<void> finish(std::uint64_t claimed);

  /// What was taken out so far.
  std::span<const std::byte> decisions() const { return decisions_; }

 private:
  bool take_next();

  std::span<std::byte> shared_;
  RingShape shape_;
  std::vector<std::byte> decisions_;
  std::uint64_t taken_ = 0;    ///< blocks
  bool last_seen_ = false;     ///< a block that is not full ends the stream
  std::string broken_;
};

}  // namespace assay::sandbox
