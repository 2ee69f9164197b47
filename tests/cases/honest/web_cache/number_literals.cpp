// Numbers in every spelling that an i64 can have: hexadecimal, binary, octal, separators, suffixes, both ends.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 hex = 0xFFFF'FFFF, HEX = 0XdeadBEEF, bits = 0b1010'0101, octal = 0777, million = 1'000'000;
  const i64 long_one = 1L, longer = 1LL, lower = 1ll, mixed = 0x7fffffffffffffffLL;
  const i64 smallest = -9223372036854775807LL - 1, zero = -0, one = +1, deep = - - -5;
  i64 x = hex & HEX | bits ^ octal;
  x = x % million + long_one + longer + lower + zero + one + deep;
  x += mixed > smallest ? 1 : 0;
  return object.last_access + x % 64;
}
