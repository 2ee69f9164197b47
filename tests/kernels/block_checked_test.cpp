// What checked mode finds: one planted defect of each kind, and the kernel without it, in which nothing is found.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/common/block.h"
#include "kernels/common/grid.h"
#include "kernels/common/math.h"

namespace assay::kernels {
namespace {

constexpr int kThreads = 64;
constexpr int kBytes = 2048;

struct Buffers {
  std::vector<Bf16> in = std::vector<Bf16>(512, to_bf16(1.5f));
  std::vector<float> out = std::vector<float>(kThreads, 0.0f);
  Extents extents() {
    Extents all;
    all.readable("in", in.data(), in.size());
    all.writable("out", out.data(), out.size());
    return all;
  }
};

/// Everything that was found, in one text.
template <class Kernel>
std::string found(Buffers& buffers, const Kernel& kernel) {
  std::string all;
  for (const auto& one : run_grid<kThreads>(1, kBytes, 1, Twin::checked, buffers.extents(), kernel)) all += one + "\n";
  return all;
}

/// The neighbour's value through shared memory; `kSync`: 0 none, 1 of the warp, 2 of the block.
template <int kSync, int kDistance>
std::string exchange() {
  Buffers buffers;
  return found(buffers, [&](auto& block) {
    auto values = block.template shared<float>(0, kThreads);
    block.each([&](int thread) { values.write(thread, thread, 1.0f); });
    if constexpr (kSync == 1) block.warp_sync();
    if constexpr (kSync == 2) block.sync();
    block.each([&](int thread) { block.store(&buffers.out[static_cast<std::size_t>(thread)], values.read(thread, thread ^ kDistance)); });
  });
}

TEST(CheckedBlock, ReadingWhatAnotherThreadWroteNeedsASync) {
  EXPECT_NE((exchange<0, 1>()).find("race"), std::string::npos);
  EXPECT_EQ((exchange<2, 1>()), "");
  EXPECT_EQ((exchange<0, 0>()), "") << "a thread sees its own writes";
}

TEST(CheckedBlock, AWarpSyncOrdersLanesOfOneWarpOnly) {
  EXPECT_EQ((exchange<1, 16>()), "");
  EXPECT_NE((exchange<1, 32>()).find("race"), std::string::npos);
  EXPECT_EQ((exchange<2, 32>()), "");
}

/// Each thread reads a value, then its neighbour overwrites it.
template <bool kSync>
std::string overwrite() {
  Buffers buffers;
  return found(buffers, [&](auto& block) {
    auto values = block.template shared<float>(0, kThreads);
    block.each([&](int thread) { values.write(thread, thread, 1.0f); });
    block.sync();
    block.each([&](int thread) { values.read(thread, thread); });
    if constexpr (kSync) block.sync();
    block.each([&](int thread) { values.write(thread, thread ^ 33, 2.0f); });
  });
}

TEST(CheckedBlock, OverwritingWhatAnotherThreadReadsNeedsASync) {
  EXPECT_NE(overwrite<false>().find("race"), std::string::npos);
  EXPECT_EQ(overwrite<true>(), "");
}

TEST(CheckedBlock, TwoThreadsDoNotWriteTheSameBytes) {
  Buffers buffers;
  auto write = [&](int divisor) {
    return found(buffers, [&](auto& block) {
      auto values = block.template shared<Bf16>(0, kThreads);
      block.each([&](int thread) { values.write(thread, thread / divisor, to_bf16(1)); });
    });
  };
  EXPECT_NE(write(2).find("written by thread"), std::string::npos);
  EXPECT_EQ(write(1), "");
}

TEST(CheckedBlock, AReaderAmongManyIsRemembered) {
  // All threads read one value; in the same epoch one of them writes it. Whatever order they came in, that is a race.
  for (int writer : {0, 31, 32, 63}) {
    Buffers buffers;
    const auto all = found(buffers, [&](auto& block) {
      auto values = block.template shared<float>(0, 1);
      block.each([&](int thread) { if (thread == writer) values.write(thread, 0, 1.0f); });
      block.sync();
      block.each([&](int thread) { values.read(thread, 0); });
      block.each([&](int thread) { if (thread == writer) values.write(thread, 0, 2.0f); });
    });
    EXPECT_NE(all.find("race"), std::string::npos) << writer;
  }
}

TEST(CheckedBlock, AReaderBeforeTheLastOneIsRemembered) {
  // `first` reads, then thread 0 reads and writes: of its own reading there is nothing to say, of the other's there is.
  for (int first : {1, 32, 0}) {
    Buffers buffers;
    const auto all = found(buffers, [&](auto& block) {
      auto values = block.template shared<float>(0, 1);
      block.each([&](int thread) { if (thread == 0) values.write(thread, 0, 1.0f); });
      block.sync();
      block.each([&](int thread) { if (thread == first) values.read(thread, 0); });
      block.each([&](int thread) { if (thread == 0) values.read(thread, 0), values.write(thread, 0, 2.0f); });
    });
    EXPECT_EQ(all.find("race") != std::string::npos, first != 0) << first << " " << all;
  }
}

TEST(CheckedBlock, SharedMemoryIsReadOnlyAfterItIsWritten) {
  Buffers buffers;
  auto read = [&](int element) {
    return found(buffers, [&](auto& block) {
      auto values = block.template shared<float>(0, 2 * kThreads);
      block.each([&](int thread) { values.write(thread, thread, 1.0f); });
      block.sync();
      block.each([&](int thread) { values.read(thread, element); });
    });
  };
  EXPECT_NE(read(kThreads).find("never written"), std::string::npos);
  EXPECT_EQ(read(kThreads - 1), "");
}

TEST(CheckedBlock, SharedMemoryOfAnEarlierBlockIsNotWritten) {
  Buffers buffers;
  const auto all = run_grid<kThreads>(2, kBytes, 1, Twin::checked, buffers.extents(), [&](auto& block) {
    auto values = block.template shared<float>(0, kThreads);
    if (block.index() == 0) block.each([&](int thread) { values.write(thread, thread, 1.0f); });
    else block.each([&](int thread) { values.read(thread, thread); });
  });
  EXPECT_FALSE(all.empty());
}

TEST(CheckedBlock, AViewEndsWhereItSays) {
  Buffers buffers;
  auto touch = [&](int element, int count) {
    return found(buffers, [&](auto& block) {
      auto values = block.template shared<float>(0, count);
      block.each([&](int thread) { if (thread == 0) values.write(thread, element, 1.0f); });
    });
  };
  EXPECT_NE(touch(4, 4).find("element 4 of 4"), std::string::npos);
  EXPECT_NE(touch(-1, 4).find("element -1"), std::string::npos);
  EXPECT_NE(touch(0, kBytes / 4 + 1).find("does not fit"), std::string::npos);
  EXPECT_EQ(touch(3, 4), "");
}

TEST(CheckedBlock, GlobalMemoryEndsWithItsBuffers) {
  Buffers buffers;
  auto move = [&](int from, int to) {
    return found(buffers, [&](auto& block) {
      block.each([&](int thread) {
        if (thread == 0) block.store(buffers.out.data() + to, to_float(block.load(buffers.in.data() + from)));
      });
    });
  };
  EXPECT_EQ(move(511, kThreads - 1), "");
  EXPECT_NE(move(512, 0).find("past the end of in"), std::string::npos);
  EXPECT_NE(move(0, kThreads).find("past the end of out"), std::string::npos);
  EXPECT_FALSE(move(-1, 0).empty());
}

TEST(CheckedBlock, WhatIsOnlyReadIsNotWritten) {
  Buffers buffers;
  const auto all = found(buffers, [&](auto& block) {
    block.each([&](int thread) { if (thread == 0) block.store(buffers.in.data(), to_bf16(0)); });
  });
  EXPECT_NE(all.find("only read"), std::string::npos);
  EXPECT_EQ(to_float(buffers.in[0]), 1.5f);
}

/// Each thread copies 8 values and reads its neighbour's. kWait: 0 none, 1 too few, 2 right.
template <int kWait, bool kSync>
std::string stream(int source = 0) {
  Buffers buffers;
  return found(buffers, [&](auto& block) {
    auto values = block.template shared<Bf16>(0, kThreads * 8);
    block.each([&](int thread) { block.async_copy(thread, values, thread * 8, buffers.in.data() + source + thread * 8, true); });
    block.commit_copies();
    block.commit_copies();
    if constexpr (kWait == 1) block.template wait_copies<2>();
    if constexpr (kWait == 2) block.template wait_copies<1>();
    if constexpr (kSync) block.sync();
    block.each([&](int thread) { block.store(&buffers.out[static_cast<std::size_t>(thread)], to_float(values.read(thread, (thread ^ 1) * 8 + 7))); });
    block.template wait_copies<0>();
  });
}

TEST(CheckedBlock, AnAsyncCopyIsReadAfterItsWaitAndASync) {
  EXPECT_EQ((stream<2, true>()), "");
  EXPECT_NE((stream<0, true>()).find("before the async copy"), std::string::npos);
  EXPECT_NE((stream<1, true>()).find("before the async copy"), std::string::npos);
  EXPECT_NE((stream<2, false>()).find("race"), std::string::npos) << "a wait is for the thread's own copies";
}

TEST(CheckedBlock, ASyncBeforeTheWaitIsNoUse) {
  Buffers buffers;
  auto run = [&](bool sync_after) {
    return found(buffers, [&](auto& block) {
      auto values = block.template shared<Bf16>(0, kThreads * 8);
      block.each([&](int thread) { block.async_copy(thread, values, thread * 8, buffers.in.data(), true); });
      block.commit_copies();
      if (!sync_after) block.sync();
      block.template wait_copies<0>();
      if (sync_after) block.sync();
      block.each([&](int thread) { values.read(thread, (thread ^ 1) * 8); });
    });
  };
  EXPECT_NE(run(false).find("race"), std::string::npos);
  EXPECT_EQ(run(true), "");
}

TEST(CheckedBlock, WhatAnAsyncCopyWillFillIsNotWrittenMeanwhile) {
  Buffers buffers;
  const auto all = found(buffers, [&](auto& block) {
    auto values = block.template shared<Bf16>(0, kThreads * 8);
    block.each([&](int thread) {
      block.async_copy(thread, values, thread * 8, buffers.in.data(), true);
      values.write(thread, thread * 8, to_bf16(1));
    });
    block.commit_copies();
    block.template wait_copies<0>();
  });
  EXPECT_NE(all.find("before an async copy to it was waited for"), std::string::npos);
}

TEST(CheckedBlock, AnAsyncCopyStaysInBoundsAndAligned) {
  EXPECT_NE((stream<2, true>(8)).find("past the end of in"), std::string::npos);
  EXPECT_NE((stream<2, true>(-1)).find("async copy"), std::string::npos);
}

TEST(CheckedBlock, AnAsyncCopyDoesNotOverwriteWhatIsBeingRead) {
  Buffers buffers;
  auto run = [&](bool sync) {
    return found(buffers, [&](auto& block) {
      auto values = block.template shared<Bf16>(0, kThreads * 8);
      block.each([&](int thread) { values.write(thread, thread * 8, to_bf16(1)); });
      block.sync();
      block.each([&](int thread) { values.read(thread, (thread ^ 1) * 8); });
      if (sync) block.sync();
      block.each([&](int thread) { block.async_copy(thread, values, thread * 8, buffers.in.data(), true); });
      block.commit_copies();
      block.template wait_copies<0>();
    });
  };
  EXPECT_NE(run(false).find("race"), std::string::npos);
  EXPECT_EQ(run(true), "");
}

TEST(CheckedBlock, EveryAsyncCopyIsWaitedFor) {
  Buffers buffers;
  const auto all = found(buffers, [&](auto& block) {
    auto values = block.template shared<Bf16>(0, kThreads * 8);
    block.each([&](int thread) { block.async_copy(thread, values, thread * 8, buffers.in.data(), true); });
    block.commit_copies();
  });
  EXPECT_NE(all.find("nobody waited for"), std::string::npos);
}

TEST(CheckedBlock, ARegisterIsNaNUntilItIsWritten) {
  Buffers buffers;
  found(buffers, [&](auto& block) {
    using Block = std::remove_reference_t<decltype(block)>;
    PerThread<Block, float> value;
    block.each([&](int thread) { if (thread != 3) value[thread] = 1; });
    block.each([&](int thread) { block.store(&buffers.out[static_cast<std::size_t>(thread)], value[thread]); });
  });
  EXPECT_TRUE(std::isnan(buffers.out[3]));
  EXPECT_EQ(buffers.out[4], 1);
}

TEST(Block, AnAbsentCopyIsZeros) {
  for (Twin mode : {Twin::fast, Twin::checked}) {
    Buffers buffers;
    buffers.out.assign(kThreads, 5.0f);
    run_grid<kThreads>(1, kBytes, 1, mode, buffers.extents(), [&](auto& block) {
      auto values = block.template shared<Bf16>(0, kThreads * 8);
      block.each([&](int thread) { block.async_copy(thread, values, thread * 8, nullptr, false); });
      block.commit_copies();
      block.template wait_copies<0>();
      block.sync();
      block.each([&](int thread) { block.store(&buffers.out[static_cast<std::size_t>(thread)], to_float(values.read(thread, thread * 8 + 3))); });
    });
    EXPECT_EQ(buffers.out, std::vector<float>(kThreads, 0.0f));
  }
}

TEST(Block, SumsAndMaximaGoOverTheLanesAskedFor) {
  for (Twin mode : {Twin::fast, Twin::checked}) {
    Buffers buffers;
    run_grid<kThreads>(1, kBytes, 1, mode, buffers.extents(), [&](auto& block) {
      using Block = std::remove_reference_t<decltype(block)>;
      PerThread<Block, float, 2> values;
      block.each([&](int thread) { values(thread, 0) = static_cast<float>(thread), values(thread, 1) = static_cast<float>(-thread); });
      warp_sum<4>(block, values);
      warp_max<32>(block, values);
      block.each([&](int thread) { block.store(&buffers.out[static_cast<std::size_t>(thread)], values(thread, 0) + 1000 * values(thread, 1)); });
    });
    EXPECT_EQ(buffers.out[0], 28 + 29 + 30 + 31 - 6000);
    EXPECT_EQ(buffers.out[63], 60 + 61 + 62 + 63 - 1000 * (32 + 33 + 34 + 35));
  }
}

TEST(Block, EveryBlockRunsOnceOnAnyNumberOfThreads) {
  for (int threads : {1, 2, 5}) {
    std::vector<std::uint32_t> counts(37, 0);
    Extents extents;
    run_grid<kThreads>(37, 0, threads, Twin::fast, extents, [&](auto& block) {
      block.each([&](int thread) { if (thread == 0) block.count_write(&counts[static_cast<std::size_t>(block.index())]); });
    });
    EXPECT_EQ(counts, std::vector<std::uint32_t>(37, 1)) << threads;
  }
}

}  // namespace
}  // namespace assay::kernels
