// attack: line ends of another system
// layer: E
// outcome: ok
// screen-off: ok E
//* 1 // the lines end in CR LF\x0d\n
//* 1 i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\x0d\n  return -object.last_access;\x0d\n}\x0d\n
