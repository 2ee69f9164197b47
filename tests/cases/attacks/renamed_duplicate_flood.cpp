// attack: a baseline under new names, to flood the archive with copies
// layer: E
// outcome: ok
// screen-off: ok -
// honest: yes
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 some_new_name = object.last_access;
  i64 another_new_name = some_new_name;
  return another_new_name;
}
