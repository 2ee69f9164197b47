// MRU as far as queues can say it: newcomers and hits pass through queue 0, which gives first; the old stay in queue 1 for ever.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return queues.used * 10 < queues.capacity * 9 ? 1 : 0; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 0; }
i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kForget; }
