#pragma once
// The zygote's program, linked into this one: there is nothing to find at run time, and nothing to exchange on disk.

#include <cstddef>
#include <span>

namespace assay::sandbox {

std::span<const std::byte> zygote_image();

}  // namespace assay::sandbox
