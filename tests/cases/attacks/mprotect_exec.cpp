// attack: writes code into its arena and runs it
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::need(raw::call(10, raw::at(raw::run().arena), 4096, 7) == 0);
    const unsigned char code[] = {0xb8, 1, 0, 0, 0, 0xc3};  // mov eax, 1; ret
    for (u64 i = 0; i < sizeof code; ++i) raw::run().arena[i] = code[i];
    raw::need(((u64(*)())raw::run().arena)() == 1);
  }
  return -object.last_access;
}
