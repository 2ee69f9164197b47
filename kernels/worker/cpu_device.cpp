#include "kernels/worker/cpu_device.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "kernels/worker/host.h"

namespace assay::kernels::worker {
namespace {

constexpr std::size_t kAlignment = 256;

// What one core does not exceed, whatever it is: bounds for floors, not measurements, and the same at every start.
constexpr double kCoreBandwidthGbS = 100;
constexpr double kCoreFlopsPerClock = 64;  ///< two 512-bit multiply-adds of fp32
constexpr double kCoreGhz = 6;

DeviceFacts facts_of(int threads) {
  DeviceFacts facts;
  facts.kind = "cpu";
  facts.name = host_value("/proc/cpuinfo", "model name");
  if (facts.name.empty()) facts.name = "a CPU that does not say its name";
  facts.sms = threads;
  const long second_level = sysconf(_SC_LEVEL2_CACHE_SIZE);
  facts.l2_bytes = static_cast<std::uint64_t>(second_level > 0 ? second_level : 1 << 21) * static_cast<std::uint64_t>(threads);
  facts.bandwidth_gb_s = kCoreBandwidthGbS * threads;
  facts.bf16_tflops = kCoreFlopsPerClock * kCoreGhz * threads / 1000;
  facts.driver = facts.runtime = "none";
  facts.clock_mhz = 0;  // a CPU's clock is of the moment, and the same machine is the same device at every start
  return facts;
}

struct Launches : Prepared {
  std::vector<Launch> all;
};

class CpuDevice : public Device {
 public:
  explicit CpuDevice(int threads) : facts_(facts_of(threads)) {}
  const DeviceFacts& facts() const override { return facts_; }
  std::string clock_source() const override { return "none: a CPU's clock is not read"; }
  bool is_gpu() const override { return false; }

  Done<void*> allocate(std::size_t bytes) override {
    const std::size_t whole = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    void* memory = static_cast<double>(whole) < 0.8 * available_bytes() ? std::aligned_alloc(kAlignment, std::max(whole, kAlignment)) : nullptr;
    if (memory == nullptr) return failed(Kind::out_of_memory, std::to_string(bytes) + " bytes of memory are not free");
    return memory;
  }
  void release(void* memory) override { std::free(memory); }

  Done<void> upload(void* to, const void* from, std::size_t bytes) override { return copy(to, from, bytes); }
  Done<void> copy(void* to, const void* from, std::size_t bytes) override {
    if (bytes > 0) std::memcpy(to, from, bytes);
    return {};
  }
  Done<void> fill(void* to, unsigned char byte, const Pieces& pieces) override {
    for (std::size_t i = 0; i < pieces.count; ++i) std::memset(static_cast<char*>(to) + i * pieces.stride, byte, pieces.bytes);
    return {};
  }
  Done<void> download(void* to, const void* from, const Pieces& pieces) override {
    for (std::size_t i = 0; i < pieces.count; ++i)
      std::memcpy(static_cast<char*>(to) + i * pieces.bytes, static_cast<const char*>(from) + i * pieces.stride, pieces.bytes);
    return {};
  }

  Done<void> run(const Launch& launch) override {
    if (int error = launch(nullptr); error != 0) return failed(Kind::device_lost, "the twin returned " + std::to_string(error));
    return {};
  }
  Done<std::unique_ptr<Prepared>> prepare(std::vector<Launch> launches) override {
    auto prepared = std::make_unique<Launches>();
    prepared->all = std::move(launches);
    return prepared;
  }
  Done<Timing> time(Prepared& prepared) override {
    const auto& all = static_cast<Launches&>(prepared).all;
    const auto begin = std::chrono::steady_clock::now();
    for (const Launch& launch : all)
      if (auto done = run(launch); !done) return std::unexpected(done.error());
    const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - begin;
    return Timing{spent.count() / static_cast<double>(all.size()), 0};
  }

 private:
  DeviceFacts facts_;
};

}  // namespace

std::unique_ptr<Device> make_cpu_device(int threads) {
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::make_unique<CpuDevice>(threads > 0 ? threads : all);
}

}  // namespace assay::kernels::worker
