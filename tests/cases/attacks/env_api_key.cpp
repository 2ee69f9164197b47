// attack: reads the environment of its process, for keys
// layer: L A S R D
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char path[] = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'e', 'n', 'v', 'i', 'r', 'o', 'n', 0};
    const long fd = raw::call(2, raw::at(path));
    raw::need(fd >= 0);
    raw::need(raw::call(0, (u64)fd, raw::at(raw::run().output), 4096) > 0);
  }
  return -object.last_access;
}
