// FlashAttention-2's rule: no split where the machine is four fifths full; else the fewest parts within 85 % of the best efficiency of a
// wave, among those that make the largest part smaller. It counts each processor twice, and blocks of 128 keys (256 at head size 64).
#include "policy.h"

i64 ceil_div(i64 a, i64 b) { return safe_div(a + b - 1, b); }

// How full `items` leave whole waves of `slots`, in millionths.
i64 efficiency(i64 items, i64 slots) { return safe_div(items * 1000000, ceil_div(items, slots) * slots); }

bool counts(i64 s, i64 blocks) {
  if (s <= 1) return true;
  return ceil_div(blocks, s) != ceil_div(blocks, s - 1);
}

i64 fewest(const Heads& heads, const Batch& batch, const Device& device) {
  const i64 slots = 2 * device.sms;
  const i64 blocks = ceil_div(batch.tokens_max, heads.dim == 64 ? 256 : 128);
  if (5 * batch.work_items >= 4 * slots) return 1;
  const i64 most = min(min(kMaxSplits, slots), blocks);
  i64 best = 0;
  for (i64 s = 1; s <= kMaxSplits; ++s) {
    if (s > most) break;
    if (counts(s, blocks)) best = max(best, efficiency(batch.work_items * s, slots));
  }
  for (i64 s = 1; s <= kMaxSplits; ++s) {
    if (s > most) break;
    if (counts(s, blocks) && 100 * efficiency(batch.work_items * s, slots) >= 85 * best) return s;
  }
  return 1;
}

i64 splits(const Heads& heads, const Batch& batch, const Device& device) {
  return clamp(fewest(heads, batch, device), 1, min(kMaxSplits, batch.blocks_max));
}
