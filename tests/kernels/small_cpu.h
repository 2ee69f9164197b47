#pragma once
// A device for tests: the CPU twin with a small cache, so that few sets of buffers rotate, and with faults of our choice.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/worker/cpu_device.h"

namespace assay::kernels::worker {

class SmallCpu : public Device {
 public:
  SmallCpu() : real_(make_cpu_device(2)), facts_(real_->facts()) { facts_.l2_bytes = 1 << 18; }
  explicit SmallCpu(double us) : SmallCpu() { forged_us_ = us; }
  void set_l2_bytes(std::uint64_t bytes) { facts_.l2_bytes = bytes; }
  const DeviceFacts& facts() const override { return facts_; }
  std::string clock_source() const override { return "none"; }
  bool is_gpu() const override { return false; }
  Done<void*> allocate(std::size_t bytes) override {
    if (bytes > most_bytes) return failed(Kind::out_of_memory, "a small CPU");
    return real_->allocate(bytes);
  }
  void release(void* memory) override { real_->release(memory); }
  Done<void> upload(void* to, const void* from, std::size_t bytes) override { return real_->upload(to, from, bytes); }
  Done<void> copy(void* to, const void* from, std::size_t bytes) override { return real_->copy(to, from, bytes); }
  Done<void> fill(void* to, unsigned char byte, const Pieces& pieces) override { return real_->fill(to, byte, pieces); }
  Done<void> download(void* to, const void* from, const Pieces& pieces) override { return real_->download(to, from, pieces); }
  Done<void> run(const Launch& launch) override { return real_->run(launch); }
  Done<std::unique_ptr<Prepared>> prepare(std::vector<Launch> launches) override {
    for (std::size_t i = 1; skip_a_set && i < launches.size(); i += 2) launches[i] = launches[i - 1];  // there are two sets
    return real_->prepare(std::move(launches));
  }
  Done<Timing> time(Prepared& prepared) override {
    auto timing = real_->time(prepared);
    if (timing && forged_us_ > 0) timing->us = forged_us_;
    return timing;
  }
  std::size_t most_bytes = std::size_t{1} << 30;
  bool skip_a_set = false;  ///< runs on one set twice and on another not at all

 private:
  std::unique_ptr<Device> real_;
  DeviceFacts facts_;
  double forged_us_ = 0;
};

}  // namespace assay::kernels::worker
