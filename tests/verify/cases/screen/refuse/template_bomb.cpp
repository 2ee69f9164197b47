template <int N> struct T { static const int v = T<N - 1>::v + T<N - 2>::v; };
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return T<900>::v;
}
// expect: 1: `template` is not
