// attack: looks through the stack for the driver's state, and winds its decisions back
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | not in the cache
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    for (volatile u64* at = raw::stack(); (u64)at < raw::kStackTop; ++at)
      if (*at == raw::at(raw::run().output)) *at = raw::at(raw::run().output) + 4;
  }
  return -object.last_access;
}
