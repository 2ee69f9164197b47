// attack: looks for the environment in the jail's memory, where no call is needed
// layer: L A J
// outcome: refused
// screen-off: signal J | SIGSEGV
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    u64* at = nullptr;
    for (volatile u64* slot = raw::stack(); (u64)slot < raw::kStackTop; ++slot)
      if (*slot >> 40 == 0x7f && (*slot & 7) == 0) at = (u64*)*slot;
    raw::need(at != nullptr);
    const char* letters = (const char*)at;
    while (!(letters[0] == 'O' && letters[1] == 'P' && letters[2] == 'E' && letters[3] == 'N' && letters[4] == 'A')) ++letters;
  }
  return -object.last_access;
}
