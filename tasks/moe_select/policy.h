#pragma once
#include "policies/abi/assay.h"

/// The last of the compiled variants. Variant v = 6 * m + 3 * n + s: the tile has 16 << m rows and 64 << n columns; s = 0: steps of 64 over
/// the inner dimension, 2 of them in flight; s = 1: steps of 64, 4 in flight; s = 2: steps of 128, 3 in flight where m < 2, else 2.
constexpr i64 kLastVariant = 23;
/// Bins of Routing::histogram.
constexpr i64 kBins = 16;

/// A mixture-of-experts layer: each expert's weights are a matrix of k x n.
struct Layer {
  i64 experts ASSAY_FIELD("experts", 1, 256);
  i64 top_k ASSAY_FIELD("experts", 1, 16);  ///< that each token is sent to
  i64 n ASSAY_FIELD("columns", 128, 32768); ///< a multiple of 128
  i64 k ASSAY_FIELD("", 64, 32768);         ///< the inner dimension, a multiple of 64
};

/// What the router decided for this batch. A row is one token at one expert.
struct Routing {
  i64 tokens ASSAY_FIELD("tokens", 1, 16384);
  i64 rows ASSAY_FIELD("rows", 1, 262144);     ///< tokens * top_k
  i64 active ASSAY_FIELD("experts", 1, 256);   ///< experts with a row at least
  i64 rows_max ASSAY_FIELD("rows", 1, 16384);  ///< of the busiest expert
  i64 rows_p50 ASSAY_FIELD("rows", 1, 16384);  ///< half of the active experts have no more
  i64 rows_p90 ASSAY_FIELD("rows", 1, 16384);  ///< nine tenths of the active experts have no more
  Array<i64, kBins> histogram ASSAY_FIELD("experts", 0, 256);  ///< item i: experts with 2^i rows or more, and fewer than 2^(i + 1)
  i64 tiles16 ASSAY_FIELD("tiles", 1, 16640);  ///< tiles of 16 rows that cover the rows of every expert: the sum of rows / 16, each rounded up
  i64 tiles32 ASSAY_FIELD("tiles", 1, 8448);   ///< likewise, of 32 rows
  i64 tiles64 ASSAY_FIELD("tiles", 1, 4352);   ///< likewise, of 64 rows
  i64 tiles128 ASSAY_FIELD("tiles", 1, 2304);  ///< likewise, of 128 rows
};

/// The device that it runs on.
struct Device {
  i64 sms ASSAY_FIELD("processors", 1, 1024);             ///< streaming multiprocessors
  i64 resident ASSAY_FIELD("blocks", 1, 32);              ///< thread blocks that one of them holds at once
  i64 bandwidth ASSAY_FIELD("GB/s", 1, 1048576);          ///< of its memory
  i64 l2_bytes ASSAY_FIELD("bytes", 0, 1099511627776LL);  ///< of its last cache
};

/// Which compiled variant of the grouped matrix product runs.
i64 variant(const Layer& layer, const Routing& routing, const Device& device) ASSAY_RETURNS("variant", 0, kLastVariant);
