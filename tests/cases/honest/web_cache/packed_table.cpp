// Constants packed into words of 62 bits, fifteen nibbles each, looked up by a shift: 32 words make a table of 480 entries.
#include "policy.h"

i64 word_of(i64 row) {
  i64 word = 0;
  word += row == 0 ? 0x3ca9d37952e6b438 : 0;
  word += row == 1 ? 0x1944c9c3269e0d37 : 0;
  word += row == 2 ? 0x03171ff4a6a3a450 : 0;
  word += row == 3 ? 0x348fc209128b2f33 : 0;
  word += row == 4 ? 0x06063a04892f902b : 0;
  word += row == 5 ? 0x254c66175d9dc9f8 : 0;
  word += row == 6 ? 0x3a3897650ed90475 : 0;
  word += row == 7 ? 0x0dbd9d7381e74ef5 : 0;
  word += row == 8 ? 0x058028d6099950d8 : 0;
  word += row == 9 ? 0x1ac355266f03675a : 0;
  word += row == 10 ? 0x0f6705c911e20b8f : 0;
  word += row == 11 ? 0x23445bb31738f7d9 : 0;
  word += row == 12 ? 0x03c8776d6cad4a26 : 0;
  word += row == 13 ? 0x243064b3d3ac94af : 0;
  word += row == 14 ? 0x3ca304171fb17c23 : 0;
  word += row == 15 ? 0x285c2cce39263059 : 0;
  word += row == 16 ? 0x254fd23ca09f76b5 : 0;
  word += row == 17 ? 0x03f58c3cf29d0da9 : 0;
  word += row == 18 ? 0x257982bd93bd04cf : 0;
  word += row == 19 ? 0x032c78a7658cda14 : 0;
  word += row == 20 ? 0x0e263464f9ebdacc : 0;
  word += row == 21 ? 0x23a065cf0becd7b0 : 0;
  word += row == 22 ? 0x0885efabdbc496cb : 0;
  word += row == 23 ? 0x1ad32c904a23d596 : 0;
  word += row == 24 ? 0x229a98fb24ede6a4 : 0;
  word += row == 25 ? 0x2489d9961e27a1c0 : 0;
  word += row == 26 ? 0x23db41564ef8aa38 : 0;
  word += row == 27 ? 0x2ba5eea5d0eda82f : 0;
  word += row == 28 ? 0x069876f82e44158b : 0;
  word += row == 29 ? 0x248e9cda94e3bf91 : 0;
  word += row == 30 ? 0x0c061431a38fd547 : 0;
  word += row == 31 ? 0x063c4d745f557203 : 0;
  return word;
}

i64 entry_of(i64 i) {
  const i64 row = clamp(i, 0, 479) / 15, column = clamp(i, 0, 479) % 15;
  return word_of(row) >> (4 * column) & 15;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 i = min(object.hits, 29) * 16 + min(log2_floor(object.size), 15);
  return object.last_access + entry_of(i) * cache.objects / 4;
}
