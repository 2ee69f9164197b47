// attack: replaces the allocator
// layer: L A E
// outcome: refused
// screen-off: ok E
void* operator new(decltype(sizeof 0)) { return nullptr; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
