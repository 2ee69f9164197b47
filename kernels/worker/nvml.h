#pragma once
// What NVIDIA's management library says of a device. It is part of the driver, and loaded when asked: nothing links against it.

#include <string>

namespace assay::kernels::worker {

/// 0 and empty where the library is not there or does not say.
struct Nvml {
  std::string driver;
  int clock_mhz = 0, memory_clock_mhz = 0;  ///< the fastest
  int memory_bus_bits = 0;
};

/// Of the device with this PCI address ("0000:01:00.0"): its numbers may be others than CUDA's.
Nvml ask_nvml(const std::string& pci_address);

}  // namespace assay::kernels::worker
