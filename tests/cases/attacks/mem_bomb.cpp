// attack: maps four gigabytes
// layer: L A S R
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp rlimits: ok
// compiler: signal
// compiler-without: rlimits: ok
// needs: worker memory
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    for (int i = 0; i < 64; ++i) raw::need(raw::call(9, 0, 64u << 20, 3, 0x4022, ~0ull) > 0);
  }
  return -object.last_access;
}
