// attack: names a queue that is not there
// task: web_cache_queues
// layer: E
// outcome: protocol_violation | range
// screen-off: protocol_violation E | range
i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return 0 - 1; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kStay; }
i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kForget; }
