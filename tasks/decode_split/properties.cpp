// What is proved of a policy besides its safety. Words: policies/abi/property.h.
#include "policies/abi/property.h"
#include "policy.h"

/// The longest cache has no more parts than blocks: none of them could have any work.
ASSAY_PROPERTY(no_empty_parts, required) {
  auto heads = any<Heads>();
  auto batch = any<Batch>();
  auto device = any<Device>();
  prove(splits(heads, batch, device) <= batch.blocks_max);
}

/// Where there are twice as many work items as a machine of 256 processors can hold at once, and it has no more, nothing is split.
ASSAY_PROPERTY(full_machine_is_not_split, preferred) {
  auto heads = any<Heads>();
  auto batch = any<Batch>();
  auto device = any<Device>();
  device.sms = any_in(1, 256);
  batch.work_items = any_in(16384, 32768);
  prove(splits(heads, batch, device) == 1);
}
