// attack: claims to be another file, so that errors are laid to the harness
// layer: L A F
// outcome: refused
// screen-off: compile_error F
#line 1 "driver.cpp"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return unknown_name;
}
