// expect: 4:17: field size has type `Array<int, 3>`
#include "policies/abi/assay.h"
struct Object {
  Array<int, 3> size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
