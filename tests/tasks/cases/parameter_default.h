// expect: 6:33: parameter x of f has a default
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object, i64 x = 3) ASSAY_RETURNS("", 0, 1);
