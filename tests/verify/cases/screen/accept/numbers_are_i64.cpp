// Where C++ would compute on int, the emission says LL.
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 a = 1LL << 40;
  i64 b = 2147483647 + 1;
  i64 c = (object.hits > 3) * 100 + (1 << 10);
  i64 d = (true ? 1 : 2) * (3 - 4) * 5;
  i64 e = ~5 & 5000000000;
  i64 f = i64(object.hits > 3) << 40;
  bool g = 3 < 4;
  return a + b + c + d + e + f + g;
}
