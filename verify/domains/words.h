#pragma once
// Canonical words as LLVM's integers of a width, and back. Internal to domains' sources: no header includes it.

#include <llvm/ADT/APInt.h>
#include <llvm/ADT/ArrayRef.h>

#include "verify/lower/ops.h"

namespace assay::verify::domains {

inline llvm::APInt integer_of(lower::UnsignedWord bits, unsigned width) {
  const auto low = static_cast<std::uint64_t>(bits);
  if (width < 64) return {width, low & ((std::uint64_t{1} << width) - 1)};
  if (width == 64) return {width, low};
  const std::uint64_t parts[2] = {low, static_cast<std::uint64_t>(bits >> 64)};
  return {width, llvm::ArrayRef<std::uint64_t>(parts)};  // clears what is above the width
}

/// The bits, zeros above the width.
inline lower::UnsignedWord bits_from(const llvm::APInt& value) {
  const std::uint64_t* parts = value.getRawData();
  return value.getNumWords() == 1 ? parts[0] : static_cast<lower::UnsignedWord>(parts[1]) << 64 | parts[0];
}

}  // namespace assay::verify::domains
