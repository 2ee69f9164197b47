// DeepGEMM's way to choose a block: the least work of whole waves, padding included; among equals the larger tile.
#include "policy.h"

i64 cost(i64 rows, i64 height, i64 width, i64 n, i64 sms) {
  const i64 tiles = rows * safe_div(n, width);
  return safe_div(tiles + sms - 1, sms) * (height + 64) * width;
}

i64 variant(const Layer& layer, const Routing& routing, const Device& device) {
  const i64 sms = device.sms;
  i64 best = cost(routing.tiles128, 128, 128, layer.n, sms);
  i64 chosen = 22;
  i64 other = cost(routing.tiles128, 128, 64, layer.n, sms);
  if (other < best) {
    best = other;
    chosen = 19;
  }
  other = cost(routing.tiles64, 64, 128, layer.n, sms);
  if (other < best) {
    best = other;
    chosen = 16;
  }
  other = cost(routing.tiles64, 64, 64, layer.n, sms);
  if (other < best) {
    best = other;
    chosen = 13;
  }
  other = cost(routing.tiles32, 32, 128, layer.n, sms);
  if (other < best) {
    best = other;
    chosen = 10;
  }
  other = cost(routing.tiles32, 32, 64, layer.n, sms);
  if (other < best) {
    best = other;
    chosen = 7;
  }
  other = cost(routing.tiles16, 16, 128, layer.n, sms);
  if (other < best) {
    best = other;
    chosen = 4;
  }
  other = cost(routing.tiles16, 16, 64, layer.n, sms);
  if (other < best) chosen = 1;
  return chosen;
}
