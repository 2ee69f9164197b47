// attack: an else-if chain of fifty thousand
// layer: L R
// outcome: refused
// screen-off: timeout R | compile was not done
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == 1) return 1;
//* 50000 else if (object.hits == 2) return 2;
  return -object.last_access;
}
