// Names of one and of 64 characters, in capitals, with digits, ending in an underscore, and differing in one letter only.
#include "policy.h"

i64 f(i64 x) { return x; }
i64 F(i64 X) { return X; }
i64 a234567890b234567890c234567890d234567890e234567890f234567890g234(i64 x_) { return x_; }
i64 a234567890b234567890c234567890d234567890e234567890f234567890g235(i64 x1) { return x1; }

i64 priority(const Object& o, const Cache& c, const Ghost& g) {
  const i64 I = 1, l = 1, O0 = 0, l1 = I * l, X_9_ = 2, CAPITALS_ONLY = 3, camelCase = 4, PascalCase = 5, kConstant = 6;
  const i64 s = f(o.hits) + F(o.age) / (1 + l1 + O0) + X_9_ + CAPITALS_ONLY + camelCase + PascalCase + kConstant;
  return o.last_access + a234567890b234567890c234567890d234567890e234567890f234567890g234(s % 2);
}
