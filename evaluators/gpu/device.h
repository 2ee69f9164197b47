#pragma once
// What is known of a device: of the one that figures come from, or of one by its name for the model.

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace assay::evaluators::gpu {

struct Device {
  std::string kind;  ///< "cuda" or "cpu": a CPU's figures are of the kernels' twin, and of no GPU
  std::string name;  ///< "NVIDIA H200"
  double sms = 0;    ///< of a CPU: threads
  double l2_bytes = 0;
  double bandwidth_gb_s = 0;
  double bf16_tflops = 0;
};

/// As the worker's hello and the head of a table have it (kernels/worker). Further keys are the device's own matter.
Result<Device> device_from(const Json& json, const std::string& where);

/// "nvidia-h200": the folder of a device's tables, and the name by which the model knows it. Error: lists what it knows.
Result<Device> device_named(std::string_view name);

/// The least time that bytes and arithmetic of a shape can take there, in microseconds.
double roofline_us(const Device& device, double bytes, double flops);

}  // namespace assay::evaluators::gpu
