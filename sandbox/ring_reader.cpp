#include "sandbox/ring_reader.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "sandbox/entry.h"

namespace assay::sandbox {
namespace {

constexpr std::uint64_t kBlockBytes = 64u << 10;

static_assert(sizeof(AssayRing) <= RingShape::kHeaderBytes);

/// The other side may write between any two reads: one read a word, by the compiler's word, too.
std::uint64_t read_once(const u64& word) { return __atomic_load_n(&word, __ATOMIC_ACQUIRE); }

}  // namespace

RingShape ring_for(std::uint64_t most_bytes) {
  if (most_bytes <= kBlockBytes) return {most_bytes, most_bytes, most_bytes == 0 ? 0u : 1u};
  return {most_bytes, kBlockBytes, std::min<std::uint64_t>((most_bytes - 1) / kBlockBytes + 1, kAssayMostBlocks)};
}

bool RingReader::take_next() {
  auto* ring = reinterpret_cast<AssayRing*>(shared_.data());
  const std::uint64_t place = taken_ % shape_.blocks;
  const std::uint64_t number = read_once(ring->blocks[place].number);
  const std::uint64_t before = taken_ < shape_.blocks ? 0 : taken_ + 1 - shape_.blocks;
  if (number == before) return false;
  const std::string block = "block " + std::to_string(taken_);
  if (number != taken_ + 1) broken_ = block + " is numbered " + std::to_string(number);
  else if (last_seen_) broken_ = block + " comes after the last one";
  if (!broken_.empty()) return false;
  const std::uint64_t bytes = read_once(ring->blocks[place].bytes);
  if (bytes == 0 || bytes > shape_.block_bytes || bytes > shape_.most_bytes - decisions_.size()) {
    broken_ = block + " claims " + std::to_string(bytes) + " bytes";
    return false;
  }
  const auto* from = shared_.data() + RingShape::kHeaderBytes + place * shape_.block_bytes;
  decisions_.insert(decisions_.end(), from, from + bytes);
  last_seen_ = bytes < shape_.block_bytes;
  __atomic_store_n(&ring->taken, ++taken_, __ATOMIC_RELEASE);
  return true;
}

void RingReader::drain() {
  for (std::uint64_t i = 0; i < shape_.blocks && broken_.empty() && take_next(); ++i) {
  }
}

Attempt<void> RingReader::finish(std::uint64_t claimed) {
  drain();
  // A ring that was full held what drain() took; one more block can only be a forged one.
  if (broken_.empty() && shape_.blocks > 0 && take_next()) broken_ = "more blocks than the ring has places";
  if (broken_.empty() && decisions_.size() != claimed)
    broken_ = "the driver answered " + std::to_string(claimed) + " bytes, the ring held " + std::to_string(decisions_.size());
  if (!broken_.empty()) return ended(OutcomeKind::protocol_violation, "the ring of decisions: " + broken_);
  return {};
}

}  // namespace assay::sandbox
