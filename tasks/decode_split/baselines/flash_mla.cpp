// FlashMLA's metadata: an even share of all blocks for each part of the machine, where every sequence costs five blocks more.
#include "policy.h"

i64 ceil_div(i64 a, i64 b) { return safe_div(a + b - 1, b); }

i64 splits(const Heads& heads, const Batch& batch, const Device& device) {
  const i64 overhead = 5;
  const i64 parts = max(1, safe_div(safe_div(device.sms, heads.kv), ceil_div(heads.per_kv, 64)));
  const i64 total = batch.blocks_total + batch.sequences * overhead;
  const i64 payload = max(ceil_div(total, parts) + overhead, 2 * overhead);
  return clamp(ceil_div(batch.blocks_max, payload - overhead), 1, min(kMaxSplits, batch.blocks_max));
}
