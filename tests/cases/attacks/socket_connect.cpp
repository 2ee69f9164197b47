// attack: connects to a port of the host
// layer: L A S R D
// outcome: refused
// screen-off: syscall_denied S
// compiler: syscall_denied
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    const long fd = raw::call(41, 2, 1);
    raw::need(fd >= 0);
    struct {
      unsigned short family, port;
      unsigned address;
      u64 zero;
    } to = {2, (unsigned short)(47613 >> 8 | (47613 & 255) << 8), 0x0100007f, 0};
    raw::need(raw::call(42, (u64)fd, raw::at(&to), 16) == 0);
  }
  return -object.last_access;
}
