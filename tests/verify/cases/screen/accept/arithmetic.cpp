// Every operator, with and without parentheses.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 a = object.hits + 1, b = object.size;
  i64 c = (a - b) - (a - (b - 3)) * -2 / (b + 1) % 7;
  c += a << 3 >> 1;
  c -= (a & b) | (a ^ ~b);
  c *= 2;
  c /= 3;
  c %= 1000;
  c &= 0xFF;
  c |= 1'000;
  c ^= 0b11;
  c <<= 1;
  c >>= 1;
  ++c;
  c--;
  bool big = a > b && (b >= 3 || !(c == 4)) && a != b;
  big |= a <= b;
  big = big == (a < 3);
  return big ? +c : -(5) - -5 + -c;
}
