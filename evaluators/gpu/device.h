#pragma once
// What is known of a device: of the one that figures come from (kernels/device_facts.h), or of one by its name for the model.

#include <string_view>

#include "base/result.h"
#include "kernels/device_facts.h"

namespace assay::evaluators::gpu {

using Device = kernels::DeviceFacts;

/// "nvidia-h200": the folder of a device's tables, and the name by which the model knows it. Error: lists what it knows.
Result<Device> device_named(std::string_view name);

}  // namespace assay::evaluators::gpu
