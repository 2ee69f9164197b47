// attack: a constant of eight gigabytes: an object that fills memory, or a crash of Clang
// layer: L A C R
// outcome: refused
// screen-off: signal C
// needs: worker memory
// weighs: much
constexpr unsigned char giant[1ULL << 33] = {1};
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == giant[object.age]) return 1;
  return -object.last_access;
}
