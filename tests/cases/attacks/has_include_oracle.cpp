// attack: asks which files there are, one bit per candidate
// layer: L A F C
// outcome: refused
// screen-off: compile_error F | no such file
#if !__has_include("/etc/passwd") && !__has_include("/proc/self/maps")
#error there is no such file
#endif
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
