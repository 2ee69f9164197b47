// attack: calls the library, or patches the table that its calls would go through
// layer: L A F
// outcome: refused
// screen-off: compile_error F | clock_gettime
// objects-off: signal
extern "C" int clock_gettime(int, void*);
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  long now[2] = {0, 0};
  if (cache.now == 0) clock_gettime(1, now);
  if (now[1] == 7) return 1;
  return -object.last_access;
}
