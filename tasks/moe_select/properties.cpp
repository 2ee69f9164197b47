// What is proved of a policy besides its safety. Words: policies/abi/property.h.
#include "policies/abi/property.h"
#include "policy.h"

/// With one token, no expert has more than one row: the lowest tiles do, and what is padded is least.
ASSAY_PROPERTY(one_token_takes_low_tiles, preferred) {
  auto layer = any<Layer>();
  auto routing = any<Routing>();
  auto device = any<Device>();
  layer.experts = any_in(2, 256);
  routing.tokens = 1;
  routing.rows = layer.top_k;
  routing.rows_max = routing.rows_p50 = routing.rows_p90 = 1;
  routing.active = routing.tiles16 = routing.tiles32 = routing.tiles64 = routing.tiles128 = layer.top_k;
  assume(layer.top_k <= layer.experts);
  prove(variant(layer, routing, device) < 6);
}

/// The decision does not hang on the size of the cache of the device.
ASSAY_PROPERTY(ignores_the_cache, info) {
  auto layer = any<Layer>();
  auto routing = any<Routing>();
  auto device = any<Device>();
  auto other = device;
  other.l2_bytes = any_in(0, 1099511627776LL);
  prove(variant(layer, routing, device) == variant(layer, routing, other));
}
