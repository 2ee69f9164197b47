// As tuned tables that are keyed by the number of tokens: the rows that an expert gets on average decide the height of a tile.
#include "policy.h"

i64 variant(const Layer& layer, const Routing& routing, const Device& device) {
  const i64 rows = safe_div(routing.rows, layer.experts);
  if (rows <= 16) return 5;
  if (rows <= 32) return 10;
  return rows <= 128 ? 16 : 22;
}
