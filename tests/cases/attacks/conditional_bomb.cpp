// attack: a conditional expression a hundred thousand deep
// layer: L R
// outcome: refused
// screen-off: timeout R | compile was not done
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return
//* 100000 object.hits?1:
2;
}
