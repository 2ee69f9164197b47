#include "kernels/worker/nvml.h"

#include <dlfcn.h>

#include <array>

namespace assay::kernels::worker {
namespace {

// As in NVML's reference manual: success is 0, and these are numbers of clocks.
constexpr int kSmClock = 1, kMemoryClock = 2;

template <class Function>
Function* function(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

void read(void* library, const std::string& pci_address, Nvml& found) {
  std::array<char, 96> text{};
  if (const auto driver = function<int(char*, unsigned)>(library, "nvmlSystemGetDriverVersion"); driver != nullptr && driver(text.data(), text.size() - 1) == 0)
    found.driver = text.data();
  void* device = nullptr;
  const auto open = function<int(const char*, void**)>(library, "nvmlDeviceGetHandleByPciBusId_v2");
  if (open == nullptr || open(pci_address.c_str(), &device) != 0) return;
  unsigned value = 0;
  const auto clock = function<int(void*, int, unsigned*)>(library, "nvmlDeviceGetMaxClockInfo");
  if (clock != nullptr && clock(device, kSmClock, &value) == 0) found.clock_mhz = static_cast<int>(value);
  if (clock != nullptr && clock(device, kMemoryClock, &value) == 0) found.memory_clock_mhz = static_cast<int>(value);
  const auto width = function<int(void*, unsigned*)>(library, "nvmlDeviceGetMemoryBusWidth");
  if (width != nullptr && width(device, &value) == 0) found.memory_bus_bits = static_cast<int>(value);
}

}  // namespace

Nvml ask_nvml(const std::string& pci_address) {
  Nvml found;
  void* library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return found;
  const auto start = function<int()>(library, "nvmlInit_v2");
  const auto end = function<int()>(library, "nvmlShutdown");
  if (start != nullptr && end != nullptr && start() == 0) {
    read(library, pci_address, found);
    end();
  }
  dlclose(library);
  return found;
}

}  // namespace assay::kernels::worker
