#pragma once
#include "policies/abi/assay.h"

/// The most parts that may be asked for.
constexpr i64 kMaxSplits = 128;
/// The longest cache, in blocks of 64 tokens.
constexpr i64 kMaxBlocks = 2048;

/// The heads of the attention layer. Each head of keys and values serves `per_kv` query heads.
struct Heads {
  i64 query ASSAY_FIELD("heads", 1, 128);
  i64 kv ASSAY_FIELD("heads", 1, 128);     ///< of keys and values
  i64 per_kv ASSAY_FIELD("heads", 1, 64);  ///< query / kv
  i64 dim ASSAY_FIELD("", 64, 128);        ///< of one head: 64 or 128
};

/// The batch: each sequence has one new token that attends to all of its cache. A cache is read in blocks of 64 tokens.
struct Batch {
  i64 sequences ASSAY_FIELD("sequences", 1, 256);
  i64 tokens_total ASSAY_FIELD("tokens", 1, 33554432);  ///< of all caches
  i64 tokens_max ASSAY_FIELD("tokens", 1, 131072);      ///< of the longest cache
  i64 tokens_min ASSAY_FIELD("tokens", 1, 131072);      ///< of the shortest cache
  i64 blocks_total ASSAY_FIELD("blocks", 1, 524288);    ///< of all caches
  i64 blocks_max ASSAY_FIELD("blocks", 1, kMaxBlocks);  ///< of the longest cache
  i64 blocks_mean ASSAY_FIELD("blocks", 1, kMaxBlocks); ///< of a cache, rounded down
  i64 blocks_p50 ASSAY_FIELD("blocks", 1, kMaxBlocks);  ///< half of the caches have no more
  i64 blocks_p90 ASSAY_FIELD("blocks", 1, kMaxBlocks);  ///< nine tenths of the caches have no more
  i64 work_items ASSAY_FIELD("", 1, 32768);             ///< sequences * kv: thread blocks of a launch that splits nothing
};

/// The device that it runs on.
struct Device {
  i64 sms ASSAY_FIELD("processors", 1, 1024);             ///< streaming multiprocessors
  i64 resident ASSAY_FIELD("blocks", 1, 32);              ///< thread blocks that one of them holds at once
  i64 bandwidth ASSAY_FIELD("GB/s", 1, 1048576);          ///< of its memory
  i64 l2_bytes ASSAY_FIELD("bytes", 0, 1099511627776LL);  ///< of its last cache
};

/// Into how many parts the longest cache is split; each part is a thread block of its own. With c = blocks_max / splits, rounded up, every
/// cache is cut into parts of c blocks, so that shorter ones have fewer parts. 1: nothing is split, and nothing is combined afterwards.
i64 splits(const Heads& heads, const Batch& batch, const Device& device) ASSAY_RETURNS("splits", 1, kMaxSplits);
