// attack: a comment that goes on in the next line hides code from a reader
// layer: L A F C
// outcome: refused
// screen-off: compile_error F | not found
// nothing to see here \
#define HIDDEN 1 \

#inc\
lude "/etc/passwd"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
