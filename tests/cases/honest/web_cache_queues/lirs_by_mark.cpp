// LIRS (Jiang and Zhang 2002) with the recency of reuse kept in the mark as a logarithm of requests.
#include "policy.h"

i64 distance_class(i64 requests) { return min(log2_floor(requests + 1), 40); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = ghost.known == 1 ? distance_class(ghost.requests_ago) : 255;
  const bool is_low = mark.tag <= distance_class(2 * queues.objects);
  return is_low ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = distance_class(object.idle);
  return mark.tag <= distance_class(queues.objects) ? 1 : object.queue == 0 ? 0 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] * 100 > queues.capacity * 2 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 1) {
    mark.tag = 255;
    return 0;
  }
  return kEvict;
}
