// FlashInfer's planner: the smallest part, of two blocks at least, with which all work items fit the machine at once; by binary search.
#include "policy.h"

i64 ceil_div(i64 a, i64 b) { return safe_div(a + b - 1, b); }

// Parts of all caches, at most; exactly where all caches are alike.
i64 items(const Heads& heads, const Batch& batch, i64 chunk) {
  if (batch.blocks_total == batch.blocks_max * batch.sequences) return heads.kv * batch.sequences * ceil_div(batch.blocks_max, chunk);
  return heads.kv * safe_div(batch.blocks_total + batch.sequences * (chunk - 1), chunk);
}

i64 splits(const Heads& heads, const Batch& batch, const Device& device) {
  const i64 grid = device.sms * device.resident;
  if (batch.work_items >= grid) return 1;
  i64 low = min(2, batch.blocks_max);
  i64 high = batch.blocks_max;
  for (i64 i = 0; i < 12; ++i) {
    if (low >= high) break;
    const i64 middle = (low + high) / 2;
    if (items(heads, batch, middle) > grid) low = middle + 1;
    else high = middle;
  }
  low = clamp(low, 1, batch.blocks_max);
  return clamp(ceil_div(batch.blocks_max, low), 1, min(kMaxSplits, batch.blocks_max));
}
