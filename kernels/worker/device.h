#pragma once
// Where kernels run and are timed: a GPU, or threads of this machine. The only thing that the worker knows of CUDA.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/device_facts.h"
#include "kernels/worker/failure.h"

namespace assay::kernels::worker {

/// Starts one kernel (all of its launches) on a stream; what is returned is 0 or the device's number of an error. A CPU has no stream, and
/// the kernel is done on return.
using Launch = std::function<int(void* stream)>;

struct Timing {
  double us = 0;      ///< of one launch: the mean over those prepared
  int clock_mhz = 0;  ///< mean over the run; 0 where nothing could be read
};

/// `count` pieces of `bytes`, `stride` apart.
struct Pieces {
  std::size_t bytes = 0, count = 1, stride = 0;
};

/// Launches that are timed as one, in order (a GPU's: a graph).
class Prepared {
 public:
  virtual ~Prepared() = default;
};

class Device {
 public:
  virtual ~Device() = default;
  virtual const DeviceFacts& facts() const = 0;
  /// Where Timing::clock_mhz comes from.
  virtual std::string clock_source() const = 0;
  virtual bool is_gpu() const = 0;

  /// Aligned to 256 bytes. A device's memory goes with it where it is not released.
  virtual Done<void*> allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) = 0;
  virtual Done<void> upload(void* to, const void* from, std::size_t bytes) = 0;
  virtual Done<void> copy(void* to, const void* from, std::size_t bytes) = 0;
  virtual Done<void> fill(void* to, unsigned char byte, const Pieces& pieces) = 0;
  /// Pieces of the device one after another into `to`.
  virtual Done<void> download(void* to, const void* from, const Pieces& pieces) = 0;

  /// Runs it and waits.
  virtual Done<void> run(const Launch& launch) = 0;
  virtual Done<std::unique_ptr<Prepared>> prepare(std::vector<Launch> launches) = 0;
  /// Runs them all with cold caches and waits. Made by this device's prepare().
  virtual Done<Timing> time(Prepared& prepared) = 0;
};

}  // namespace assay::kernels::worker
