// attack: a terabyte of zeros that costs the object file nothing
// layer: L A F
// outcome: refused
// screen-off: compile_error F
static unsigned char giant[1ULL << 40];
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == giant[object.age]) return 1;
  giant[object.age] = 1;
  return -object.last_access;
}
