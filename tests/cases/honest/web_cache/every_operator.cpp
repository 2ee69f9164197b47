// Every operator and every assignment of the language at least once, in a sum that still ranks by recency.
#include "policy.h"

bool odd(i64 x) { return bool(x & 1); }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 a = object.hits & 0xff;
  a += 3; a -= 1; a *= 5; a /= 2; a %= 97; a <<= 4; a >>= 2; a &= 0x3ff; a |= 0x10; a ^= 0x55;
  i64 b = ~a & 0xff;
  b++;
  ++b;
  b--;
  --b;
  bool flag = !odd(b) && (a < b || a > b || !(a <= b) || a >= b);
  flag = flag == (a != b) ? flag : !flag;
  flag |= odd(a);
  flag &= true;
  flag ^= false;
  const i64 c = (a + b - 1) * 3 / 2 % 64 << 3 >> 1 & 0xff | 4 ^ 2;
  const i64 d = -c + +b + i64(flag) + (flag ? min(a, b) : max(a, b));
  i64 e = 0;
  for (i64 i = 0; i < 8; i += 2) {
    if (i == 4) continue;
    if (i > 5) break;
    e += i;
  }
  {
    const i64 inner = e << 1;
    e = inner >> 1;
  }
  return object.last_access + clamp(d + e, -1000, 1000);
}
