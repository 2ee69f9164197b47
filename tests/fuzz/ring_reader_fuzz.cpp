// The parent's end of the decision ring: the other side writes any words at any time between two looks.

#include "sandbox/ring_reader.h"

#include <optional>

#include "sandbox/entry.h"
#include "tests/fuzz/fuzz.h"

namespace assay::sandbox {
namespace {

using fuzz::must;

/// What the protocol allows (sandbox/entry.h), block by block, over the ring as it lies there when it is looked at.
class Model {
 public:
  explicit Model(const RingShape& shape) : shape_(shape) {}

  /// At most as many blocks as there are places.
  void look(const AssayRing& ring, const std::byte* blocks) {
    for (std::uint64_t i = 0; i < shape_.blocks && !broken && take(ring, blocks); ++i) {
    }
  }
  bool take(const AssayRing& ring, const std::byte* blocks) {
    const std::uint64_t place = next % shape_.blocks;
    const AssayBlock& block = ring.blocks[place];
    const std::uint64_t untouched = next < shape_.blocks ? 0 : next - shape_.blocks + 1;
    if (block.number == untouched) return false;
    const bool room = block.bytes >= 1 && block.bytes <= shape_.block_bytes && text.size() + block.bytes <= shape_.most_bytes;
    if (block.number != next + 1 || ended || !room) return broken = true, false;
    text.append(reinterpret_cast<const char*>(blocks) + place * shape_.block_bytes, block.bytes);
    ended = block.bytes != shape_.block_bytes;
    ++next;
    return true;
  }

  std::uint64_t next = 0;  ///< the block that is waited for
  bool ended = false, broken = false;
  std::string text;

 private:
  RingShape shape_;
};

class Ring {
 public:
  explicit Ring(const RingShape& shape) : shape_(shape), memory_(shape.bytes()), reader_(memory_, shape), model_(shape) {}

  /// As a driver does it, while there is room; `bytes` may be a lie.
  void write_block(fuzz::Input& input, std::uint64_t bytes) {
    if (shape_.blocks == 0 || written_ - ring().taken >= shape_.blocks) return;
    const std::uint64_t place = written_ % shape_.blocks;
    const auto part = input.take(std::min(bytes, shape_.block_bytes));
    std::memcpy(blocks() + place * shape_.block_bytes, part.data(), part.size());
    ring().blocks[place] = {++written_, bytes};
  }
  /// Any word of the ring's head, to any value or near what it is.
  void forge(fuzz::Input& input) {
    const auto which = input.byte(), how = input.byte();
    const std::uint64_t value = how < 8 ? input.number<std::uint64_t>() : 0;
    auto* word = reinterpret_cast<u64*>(memory_.data()) + which % (sizeof(AssayRing) / sizeof(u64));
    *word = how < 8 ? value : how < 64 ? how - 8 : *word + how - 128;
  }
  void scribble(fuzz::Input& input) {
    if (memory_.size() == RingShape::kHeaderBytes) return;
    const auto at = input.number<std::uint16_t>() % (memory_.size() - RingShape::kHeaderBytes);
    blocks()[at] = std::byte{input.byte()};
  }
  void drain() {
    model_.look(ring(), blocks());
    const auto before = memory_;
    reader_.drain();
    check(before);
  }
  void finish(std::uint64_t claimed) {
    model_.look(ring(), blocks());
    if (!model_.broken && shape_.blocks > 0 && model_.take(ring(), blocks())) model_.broken = true;
    const auto before = memory_;
    auto done = reader_.finish(claimed);
    check(before);
    must(done.has_value() == (!model_.broken && model_.text.size() == claimed), "a stream is taken exactly when it keeps the protocol");
    must(done || (done.error().kind == OutcomeKind::protocol_violation && !done.error().detail.empty()), "what is broken is a protocol violation");
    auto again = reader_.finish(claimed);
    must(again.has_value() == done.has_value(), "a second look changes nothing");
  }
  std::uint64_t taken_bytes() const { return model_.text.size(); }

 private:
  AssayRing& ring() { return *reinterpret_cast<AssayRing*>(memory_.data()); }
  std::byte* blocks() { return memory_.data() + RingShape::kHeaderBytes; }

  void check(const std::vector<std::byte>& before) {
    const auto bytes = reader_.decisions();
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    must(text.size() <= shape_.most_bytes, "no more is taken than may be made");
    must(text == model_.text, "what is taken is what the protocol gives");
    must(std::equal(memory_.begin() + sizeof(u64), memory_.end(), before.begin() + sizeof(u64)), "the reader writes one word only");
  }

  RingShape shape_;
  std::vector<std::byte> memory_;
  RingReader reader_;
  Model model_;
  std::uint64_t written_ = 0;
};

RingShape shape_from(fuzz::Input& input) {
  RingShape shape;
  const auto how = input.byte();
  shape.blocks = how % 8 == 7 ? input.byte() % (kAssayMostBlocks + 1) : how % 8;
  shape.block_bytes = 1 + how / 8 % 16;
  shape.most_bytes = how & 128 ? input.byte() : shape.blocks * shape.block_bytes * 3;
  return shape;
}

}  // namespace
}  // namespace assay::sandbox

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::sandbox;
  assay::fuzz::Input input(data, size);
  const RingShape shape = shape_from(input);
  Ring ring(shape);
  for (int steps = 0; !input.rest().empty() && steps < 400; ++steps) {
    const auto step = input.byte();
    if (step < 128) ring.write_block(input, shape.block_bytes);
    else if (step < 192) ring.drain();
    else if (step < 208) ring.write_block(input, input.byte() % (shape.block_bytes + 2));
    else if (step < 240) ring.forge(input);
    else ring.scribble(input);
  }
  ring.drain();
  ring.finish(size % 5 == 0 ? size : ring.taken_bytes());
  return 0;
}
