// The ring's reader against every way in which its other side can lie.

#include "sandbox/ring_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <random>
#include <string>
#include <thread>

#include "sandbox/entry.h"

namespace assay::sandbox {
namespace {

/// A ring with a writer in this process, which keeps the rules unless a test breaks one.
class Ring {
 public:
  explicit Ring(RingShape shape) : shape_(shape), memory_(shape.bytes()), reader_(memory_, shape) {
    run_.ring = reinterpret_cast<AssayRing*>(memory_.data());
    run_.output = reinterpret_cast<unsigned char*>(memory_.data()) + RingShape::kHeaderBytes;
    run_.output_bytes = shape.most_bytes;
    run_.ring_blocks = shape.blocks;
    run_.block_bytes = shape.block_bytes;
  }
  AssayBlock& block(std::uint64_t place) { return run_.ring->blocks[place]; }
  /// As a driver and the run child do it; blocks while the ring is full.
  std::uint64_t write(const std::string& text) {
    unsigned char* at = run_.output;
    std::uint64_t number = 0, room = run_.block_bytes;
    for (char letter : text) {
      if (room == 0) {
        at = assay_next_block(run_, number++);
        room = run_.block_bytes;
      }
      *at++ = static_cast<unsigned char>(letter);
      --room;
    }
    if (text.empty()) return 0;
    block(number % run_.ring_blocks).bytes = run_.block_bytes - room;
    __atomic_store_n(&block(number % run_.ring_blocks).number, number + 1, __ATOMIC_RELEASE);
    return text.size();
  }
  RingReader& reader() { return reader_; }
  std::string text() const {
    auto bytes = reader_.decisions();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::string error_of(std::uint64_t claimed) {
    auto done = reader_.finish(claimed);
    if (done) return "";
    EXPECT_EQ(done.error().kind, OutcomeKind::protocol_violation);
    return done.error().detail;
  }

 private:
  RingShape shape_;
  std::vector<std::byte> memory_;
  AssayRun run_{};
  RingReader reader_;
};

constexpr RingShape kSmall{.most_bytes = 100, .block_bytes = 8, .blocks = 4};

std::string letters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('a' + i * 7 % 26);
  return text;
}

TEST(RingReader, TakesWhatFitsWithoutBeingCalledBefore) {
  for (std::size_t bytes : {0u, 1u, 7u, 8u, 9u, 31u, 32u}) {
    Ring ring(kSmall);
    const auto text = letters(bytes);
    EXPECT_EQ(ring.error_of(ring.write(text)), "");
    EXPECT_EQ(ring.text(), text);
  }
}

TEST(RingReader, TakesManyRoundsWhileTheyAreWritten) {
  for (std::size_t bytes : {33u, 40u, 64u, 97u, 100u}) {
    Ring ring(kSmall);
    const auto text = letters(bytes);
    std::uint64_t claimed = 0;
    std::jthread writer([&] { claimed = ring.write(text); });
    while (ring.text().size() + kSmall.block_bytes * kSmall.blocks < bytes) ring.reader().drain();
    writer.join();
    EXPECT_EQ(ring.error_of(claimed), "");
    EXPECT_EQ(ring.text(), text);
  }
}

TEST(RingReader, NamesTheBlockThatBreaksTheProtocol) {
  struct Case {
    void (*forge)(Ring&);
    std::uint64_t claimed;
    const char* words;
  };
  const Case cases[] = {
      {[](Ring& ring) { ring.block(0) = {2, 8}; }, 8, "block 0 is numbered 2"},
      {[](Ring& ring) { ring.block(0) = {~0ull, 8}; }, 8, "block 0 is numbered 18446744073709551615"},
      {[](Ring& ring) { ring.block(0) = {1, 9}; }, 9, "block 0 claims 9 bytes"},
      {[](Ring& ring) { ring.block(0) = {1, 0}; }, 0, "block 0 claims 0 bytes"},
      {[](Ring& ring) { ring.block(0) = {1, ~0ull}; }, 8, "claims 18446744073709551615 bytes"},
      {[](Ring& ring) { ring.block(0) = {1, 4}, ring.block(1) = {2, 8}; }, 12, "block 1 comes after the last one"},
      {[](Ring& ring) { ring.block(1) = {2, 8}; }, 8, "the ring held 0"},
      {[](Ring& ring) { ring.block(0) = {1, 8}; }, 16, "answered 16 bytes, the ring held 8"},
      {[](Ring& ring) { ring.block(0) = {1, 8}; }, 0, "answered 0 bytes, the ring held 8"},
      {[](Ring&) {}, 1, "answered 1 bytes, the ring held 0"},
  };
  for (const auto& each : cases) {
    Ring ring(kSmall);
    each.forge(ring);
    EXPECT_NE(ring.error_of(each.claimed).find(each.words), std::string::npos) << ring.error_of(each.claimed);
  }
}

TEST(RingReader, TakesNoMoreThanTheRunMayDecide) {
  Ring ring({.most_bytes = 20, .block_bytes = 8, .blocks = 4});
  for (std::uint64_t i = 0; i < 3; ++i) ring.block(i) = {i + 1, 8};
  EXPECT_NE(ring.error_of(24).find("block 2 claims 8 bytes"), std::string::npos);
  EXPECT_EQ(ring.text().size(), 16u);
}

TEST(RingReader, StaysBrokenOnceItIs) {
  Ring ring(kSmall);
  ring.block(0) = {7, 8};
  ring.reader().drain();
  ring.block(0) = {1, 8};
  EXPECT_NE(ring.error_of(8), "");
}

TEST(RingReader, SurvivesAWriterThatChangesEverythingAllTheTime) {
  Ring ring(kSmall);
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    std::mt19937_64 random(1);
    while (!stop) {
      auto& block = ring.block(random() % 4);
      __atomic_store_n(&block.number, random() % 8, __ATOMIC_RELAXED);
      __atomic_store_n(&block.bytes, random() % 12, __ATOMIC_RELAXED);
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    ring.reader().drain();
    ASSERT_LE(ring.text().size(), kSmall.most_bytes);
  }
  stop = true;
}

TEST(RingShapes, HoldEverythingUpToFourMebibytes) {
  EXPECT_EQ(ring_for(0).blocks, 0u);
  EXPECT_EQ(ring_for(65536).blocks, 1u);
  EXPECT_EQ(ring_for(65537).blocks, 2u);
  EXPECT_TRUE(ring_for(4u << 20).holds_all());
  EXPECT_FALSE(ring_for((4u << 20) + 1).holds_all());
  EXPECT_EQ(ring_for(1ull << 33).bytes(), RingShape::kHeaderBytes + (4u << 20));
}

}  // namespace
}  // namespace assay::sandbox
