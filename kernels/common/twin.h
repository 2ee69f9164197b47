#pragma once
// How a kernel's twin runs on a CPU (block.h).

#include <cstdint>

namespace assay::kernels {

enum class Twin : std::uint8_t { fast, checked };

}  // namespace assay::kernels
