// attack: finds the page of the clock that needs no call
// layer: L A J
// outcome: refused
// screen-off: signal J | SIGSEGV
// further-without: clock: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    // The jail keeps its own stack pointer in a register, which is saved somewhere below the top of ours.
    u64* at = nullptr;
    for (volatile u64* slot = raw::stack(); (u64)slot < raw::kStackTop; ++slot)
      if (*slot >> 40 == 0x7f && (*slot & 7) == 0) at = (u64*)*slot;
    raw::need(at != nullptr);
    // Up its stack to the pair (AT_SYSINFO_EHDR = 33, address) that is followed by a pair with a small tag.
    while (!(at[0] == 33 && at[1] > 0x10000 && (at[1] & 4095) == 0 && at[2] < 64)) ++at;
    raw::need(*(volatile unsigned*)at[1] == 0x464c457f);
  }
  return -object.last_access;
}
