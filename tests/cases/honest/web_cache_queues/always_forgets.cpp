// Constant answers: one queue, no move, no ghost, no state.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return 3; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 4; }
i64 pick_queue(const Queues& queues, Memory& memory) { return 1; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 5; }
