// What is proved of a policy besides its safety. Words: policies/abi/property.h.
#include "policies/abi/property.h"
#include "policy.h"

// What any of these values could be together: the counts of a batch hang together, and a claim about others says nothing.
void assume_batch(const Heads& heads, const Batch& batch) {
  assume(batch.blocks_max <= batch.blocks_total && batch.blocks_total <= batch.blocks_max * batch.sequences);
  assume(batch.tokens_max <= 64 * batch.blocks_max && batch.tokens_max > 64 * (batch.blocks_max - 1));
  assume(batch.work_items == batch.sequences * heads.kv);
}

/// The longest cache has no more parts than blocks: none of them could have any work.
ASSAY_PROPERTY(no_empty_parts, required) {
  auto heads = any<Heads>();
  auto batch = any<Batch>();
  auto device = any<Device>();
  assume_batch(heads, batch);
  prove(splits(heads, batch, device) <= batch.blocks_max);
}

/// Where there are more work items than the machine holds at once, nothing is split.
ASSAY_PROPERTY(full_machine_is_not_split, preferred) {
  auto heads = any<Heads>();
  auto batch = any<Batch>();
  auto device = any<Device>();
  assume_batch(heads, batch);
  assume(batch.work_items >= 2 * device.sms * device.resident);
  prove(splits(heads, batch, device) == 1);
}

/// On a machine of twice as many processors there are no fewer parts.
ASSAY_PROPERTY(more_processors_never_fewer_parts, info) {
  auto heads = any<Heads>();
  auto batch = any<Batch>();
  auto device = any<Device>();
  assume_batch(heads, batch);
  device.sms = any_in(1, 512);
  auto larger = device;
  larger.sms = 2 * device.sms;
  prove(splits(heads, batch, larger) >= splits(heads, batch, device));
}

/// The decision does not hang on the size of the cache of the device.
ASSAY_PROPERTY(ignores_the_cache, info) {
  auto heads = any<Heads>();
  auto batch = any<Batch>();
  auto device = any<Device>();
  auto other = device;
  other.l2_bytes = any_in(0, 1099511627776LL);
  prove(splits(heads, batch, device) == splits(heads, batch, other));
}
