#include "kernels/device_facts.h"

#include <algorithm>

#include "kernels/members.h"

namespace assay::kernels {

Json to_json(const DeviceFacts& d) {
  return {{"kind", d.kind},
          {"name", d.name},
          {"sms", d.sms},
          {"l2_bytes", d.l2_bytes},
          {"bandwidth_gb_s", d.bandwidth_gb_s},
          {"bf16_tflops", d.bf16_tflops},
          {"shared_bytes_per_sm", d.shared_bytes_per_sm},
          {"driver", d.driver},
          {"runtime", d.runtime},
          {"clock_mhz", d.clock_mhz}};
}

std::expected<DeviceFacts, std::string> device_from(const Json& json) {
  DeviceFacts d;
  Members read(json, "device");
  read.needs("kind", d.kind).needs("name", d.name).needs("sms", d.sms).needs("l2_bytes", d.l2_bytes);
  read.needs("bandwidth_gb_s", d.bandwidth_gb_s).needs("bf16_tflops", d.bf16_tflops).needs("shared_bytes_per_sm", d.shared_bytes_per_sm);
  read.needs("driver", d.driver).needs("runtime", d.runtime).needs("clock_mhz", d.clock_mhz);
  read.must(d.kind == "cuda" || d.kind == "cpu", "\"kind\" is neither \"cuda\" nor \"cpu\"");
  read.must(!d.name.empty() && d.sms >= 1 && d.sms <= 65536 && d.l2_bytes >= 1 && d.clock_mhz >= 0, "has no name, no multiprocessors, no cache or a negative clock");
  read.must(d.bandwidth_gb_s > 0 && d.bf16_tflops > 0, "has no bandwidth or no arithmetic");
  if (std::string problem = read.end(); !problem.empty()) return std::unexpected(problem);
  return d;
}

double floor_us(double bytes, double flops, const DeviceFacts& device) {
  return std::max(bytes / (device.bandwidth_gb_s * 1e3), flops / (device.bf16_tflops * 1e6));
}

}  // namespace assay::kernels
