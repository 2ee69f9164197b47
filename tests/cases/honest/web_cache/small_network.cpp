// A multilayer perceptron with six inputs, eight rectified units and eight-bit weights, evaluated in integers.
#include "policy.h"

i64 relu(i64 x) { return max(x, 0); }

i64 unit(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f, i64 w1, i64 w2, i64 w3, i64 w4, i64 w5, i64 w6, i64 bias) {
  return relu((a * w1 + b * w2 + c * w3 + d * w4 + e * w5 + f * w6 + bias) / 64);
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 a = log2_floor(object.age + 1), b = log2_floor(object.hits + 1), c = log2_floor(object.size);
  const i64 d = log2_floor(object.lifetime + 1), e = ghost.known * (1 + log2_floor(ghost.age + 1)), f = ghost.known * log2_floor(ghost.hits + 2);
  const i64 h1 = unit(a, b, c, d, e, f, -37, 101, 4, -11, -6, 58, 900);
  const i64 h2 = unit(a, b, c, d, e, f, 12, 64, -3, -40, 21, 9, 127);
  const i64 h3 = unit(a, b, c, d, e, f, -90, -15, -8, 33, 0, -4, 2200);
  const i64 h4 = unit(a, b, c, d, e, f, 7, 127, -1, -60, 3, 44, -20);
  const i64 h5 = unit(a, b, c, d, e, f, 51, -22, 19, 5, -73, 0, 310);
  const i64 h6 = unit(a, b, c, d, e, f, -5, 18, -26, -9, 42, 30, 800);
  const i64 h7 = unit(a, b, c, d, e, f, 0, 0, 127, 0, 0, 0, -512);
  const i64 h8 = unit(a, b, c, d, e, f, -128, 127, -128, 127, -128, 127, 64);
  const i64 out = 88 * h1 + 40 * h2 + 67 * h3 + 102 * h4 - 55 * h5 + 31 * h6 - 18 * h7 + 9 * h8;
  return object.last_access + out * max(cache.objects, 1) / 1024;
}
