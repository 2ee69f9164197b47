// attack: answers the same always
// layer: E
// outcome: ok
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return 0; }
