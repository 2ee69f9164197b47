#include "evaluators/gpu/device.h"

#include <algorithm>
#include <cmath>

namespace assay::evaluators::gpu {
namespace {

struct Named {
  std::string_view name;
  Device device;
};

/// NVIDIA's data sheet of the H200 SXM (dense bf16), and its L2 of 50 MiB.
const Named kNamed[] = {{"nvidia-h200", {"cuda", "NVIDIA H200", 132, 50.0 * 1024 * 1024, 4800, 989}}};

}  // namespace

Result<Device> device_from(const Json& json, const std::string& where) {
  Device device;
  auto kind = member<std::string>(json, "kind", where), name = member<std::string>(json, "name", where);
  if (!kind) return std::unexpected(kind.error());
  if (!name) return std::unexpected(name.error());
  if (*kind != "cuda" && *kind != "cpu") return fail(where + ": a device of kind \"" + *kind + "\"; it is cuda or cpu");
  device.kind = *kind;
  device.name = *name;
  for (auto [key, to] : {std::pair{"sms", &device.sms}, {"l2_bytes", &device.l2_bytes}, {"bandwidth_gb_s", &device.bandwidth_gb_s},
                         {"bf16_tflops", &device.bf16_tflops}}) {
    auto value = member<double>(json, key, where);
    if (!value) return std::unexpected(value.error());
    if (!std::isfinite(*value) || *value < 0 || *value > 1e12) return fail(where + ": \"" + key + "\" of the device is " + std::to_string(*value));
    *to = *value;
  }
  if (device.sms < 1) return fail(where + ": a device without processors");
  return device;
}

Result<Device> device_named(std::string_view name) {
  std::string known;
  for (const Named& each : kNamed) {
    if (each.name == name) return each.device;
    known += " " + std::string(each.name);
  }
  return fail("the model knows no device \"" + std::string(name) + "\"; it knows" + known);
}

double roofline_us(const Device& device, double bytes, double flops) {
  const double memory = device.bandwidth_gb_s > 0 ? bytes / (device.bandwidth_gb_s * 1e3) : 0;
  const double arithmetic = device.bf16_tflops > 0 ? flops / (device.bf16_tflops * 1e6) : 0;
  return std::max(memory, arithmetic);
}

}  // namespace assay::evaluators::gpu
