// attack: nine macros that grow ninefold each: hundreds of megabytes of tokens in seconds
// layer: L R
// outcome: refused
// screen-off: timeout R | compile was not done
#define B0 +1
#define B1 B0 B0 B0 B0 B0 B0 B0 B0 B0
#define B2 B1 B1 B1 B1 B1 B1 B1 B1 B1
#define B3 B2 B2 B2 B2 B2 B2 B2 B2 B2
#define B4 B3 B3 B3 B3 B3 B3 B3 B3 B3
#define B5 B4 B4 B4 B4 B4 B4 B4 B4 B4
#define B6 B5 B5 B5 B5 B5 B5 B5 B5 B5
#define B7 B6 B6 B6 B6 B6 B6 B6 B6 B6
#define B8 B7 B7 B7 B7 B7 B7 B7 B7 B7
#define B9 B8 B8 B8 B8 B8 B8 B8 B8 B8
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == 0 B9) return 1;
  return -object.last_access;
}
