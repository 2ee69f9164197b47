// SRRIP (Jaleel et al. 2010) with a queue for each predicted interval: a hit goes to the nearest, time moves heads to the farthest.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return ghost.known == 1 ? 1 : 2; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 0; }

i64 pick_queue(const Queues& queues, Memory& memory) {
  if (queues.length[3] > 0) return 3;
  if (queues.length[2] > 0) return 2;
  return queues.length[1] > 0 ? 1 : 0;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 3) return kEvict;
  return mark.tag >= 3 ? kEvict : object.queue + 1;
}
