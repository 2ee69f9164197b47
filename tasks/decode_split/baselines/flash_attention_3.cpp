// FlashAttention-3's rule: as FlashAttention-2's, but without the check that one part more makes the largest part smaller, with each
// processor counted once, and no split of four blocks of 128 keys or fewer.
#include "policy.h"

i64 ceil_div(i64 a, i64 b) { return safe_div(a + b - 1, b); }

// How full `items` leave whole waves of `slots`, in millionths.
i64 efficiency(i64 items, i64 slots) { return safe_div(items * 1000000, ceil_div(items, slots) * slots); }

i64 fewest(const Heads& heads, const Batch& batch, const Device& device) {
  const i64 slots = device.sms;
  const i64 blocks = ceil_div(batch.tokens_max, 128);
  if (5 * batch.work_items >= 4 * slots || blocks <= 4) return 1;
  const i64 most = min(min(kMaxSplits, slots), blocks);
  i64 best = 0;
  for (i64 s = 1; s <= kMaxSplits; ++s) {
    if (s > most) break;
    best = max(best, efficiency(batch.work_items * s, slots));
  }
  for (i64 s = 1; s <= kMaxSplits; ++s) {
    if (s > most) break;
    if (100 * efficiency(batch.work_items * s, slots) >= 85 * best) return s;
  }
  return 1;
}

i64 splits(const Heads& heads, const Batch& batch, const Device& device) {
  return clamp(fewest(heads, batch, device), 1, min(kMaxSplits, batch.blocks_max));
}
