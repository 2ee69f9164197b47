#pragma once
// What a worker says of the device that it measures on, in its first line and in the first line of a table.

#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>

namespace assay::kernels {

using Json = nlohmann::json;

/// kind "cuda" is a GPU. kind "cpu" is the kernels' CPU twin on real threads: its figures are real timings of a CPU, never of a GPU.
struct DeviceFacts {
  std::string kind = "cuda";
  std::string name;
  int sms = 0;                          ///< multiprocessors; threads of a CPU
  std::uint64_t l2_bytes = 0;           ///< of a CPU: the second level of all cores together
  double bandwidth_gb_s = 0;            ///< of its memory, by its clock and width; of a CPU: a bound, not measured (worker/cpu_device.cpp)
  double bf16_tflops = 0;               ///< dense; of a CPU: a bound, likewise
  std::uint64_t shared_bytes_per_sm = 0;  ///< 0 for a CPU
  std::string driver, runtime;
  int clock_mhz = 0;  ///< the fastest it says it can go; 0 where nothing says
  friend bool operator==(const DeviceFacts&, const DeviceFacts&) = default;
};

Json to_json(const DeviceFacts& device);
/// Every key is needed, and no other may be there.
std::expected<DeviceFacts, std::string> device_from(const Json& json);

/// A time under this is no measurement: no kernel moves the bytes nor does the arithmetic faster than the device can. In microseconds.
double floor_us(double bytes, double flops, const DeviceFacts& device);

}  // namespace assay::kernels
