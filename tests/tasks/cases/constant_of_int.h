// expect: 3:15: constant kThree is not a `constexpr i64`
#include "policies/abi/assay.h"
constexpr int kThree = 3;
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
