// attack: leaves a mark wherever it can write, and looks for one that an earlier run left
// layer: L A J
// outcome: refused
// screen-off: signal J | SIGILL
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    const u64 mark = 0x6d61726b6d61726b;
    u64 found = 0;
    volatile u64* places[] = {(volatile u64*)(raw::run().output + raw::run().output_bytes / 8 * 8 - 8),
                              (volatile u64*)(raw::run().arena + raw::run().arena_bytes / 8 * 8 - 8),
                              (volatile u64*)0x140000001000, (volatile u64*)0x150000000800, (volatile u64*)0x160000000100};
    for (volatile u64* place : places) found += *place == mark, *place = mark;
    raw::need(found > 0);
  }
  return -object.last_access;
}
