// A policy that is right, and takes seconds for a trace: what a campaign has to be stopped in the middle of.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  i64 sum = queues.now % 1000;
  for (i64 i = 0; i < 1000; i += 1) {
    for (i64 j = 0; j < 1000; j += 1) {
      sum = (sum * 31 + i + j + NUMBER) % 1000003;
    }
  }
  memory.a = sum;
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kStay; }

i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kForget; }
