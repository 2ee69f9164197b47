#pragma once
// The one block of memory that the jail reads: a head, then a row of numbers for each shape (evaluators/gpu/features.h).
// C++20, freestanding: the text travels in front of the driver.

#if !defined(ASSAY_ABI_TYPES)
#define ASSAY_ABI_TYPES
using i64 = long long;
using u64 = unsigned long long;
#endif

namespace assay_gpu {

constexpr u64 kImageMagic = 0x3175706779617373ull;

struct Image {
  u64 magic;
  u64 shapes;
  u64 words;  ///< numbers of a row; rows follow
};

/// In place of a tile's code: the policy named none that is in the grid.
constexpr unsigned kNotInGrid = 0xffffffffu;

inline const i64* row_of(const Image& image, u64 shape) { return reinterpret_cast<const i64*>(&image + 1) + shape * image.words; }

}  // namespace assay_gpu
