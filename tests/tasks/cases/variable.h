// expect: 3:5: constant counter is not a `constexpr i64`; write `constexpr i64 counter = ...;`
#include "policies/abi/assay.h"
i64 counter = 3;
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
