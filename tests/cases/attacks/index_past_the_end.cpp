// attack: reads an array of the contract past its end
// task: web_cache_queues
// layer: J
// outcome: signal | SIGILL
// screen-off: signal J | SIGILL
i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return queues.length[queues.now * 1000000] == 0 ? 0 : 1;
}
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kStay; }
i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kForget; }
