#include "evaluators/gpu/device.h"

#include <string>

namespace assay::evaluators::gpu {
namespace {

/// NVIDIA's data sheet of the H200 SXM (dense bf16), its L2 of 50 MiB and 227 KiB of shared memory for blocks.
Device h200() {
  return {.kind = "cuda", .name = "NVIDIA H200", .sms = 132, .l2_bytes = 50ull << 20, .bandwidth_gb_s = 4800, .bf16_tflops = 989,
          .shared_bytes_per_sm = 227u << 10, .driver = "", .runtime = "", .clock_mhz = 1980};
}

struct Named {
  std::string_view name;
  Device (*make)();
};
constexpr Named kNamed[] = {{"nvidia-h200", h200}};

}  // namespace

Result<Device> device_named(std::string_view name) {
  std::string known;
  for (const Named& each : kNamed) {
    if (each.name == name) return each.make();
    known += " " + std::string(each.name);
  }
  return fail("no device \"" + std::string(name) + "\" is known by name; known:" + known);
}

}  // namespace assay::evaluators::gpu
