// contract: web_cache_queues
i64 pick_queue(const Queues& queues, Memory& memory) {
  return queues.length.items[7];
}
// expect: 3: index an Array field of the contract directly
