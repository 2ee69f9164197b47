#pragma once
// Inputs of the trusted kernels: standard normal numbers as bf16. Value i of a stream depends on (seed, stream, i) alone, so that a part of
// a big tensor can be made, or made again, by itself. 4096 quantiles of the distribution stand for it: its mean is 0 to the last bit, its
// variance 1 within 0.1 %, and a gigabyte takes a second.

#include <cstdint>
#include <span>

#include "kernels/common/bf16.h"

namespace assay::kernels {

/// Values first .. first + values.size() - 1 of the stream.
void fill_normal(std::span<Bf16> values, std::uint64_t seed, std::uint64_t stream, std::uint64_t first = 0);

}  // namespace assay::kernels
