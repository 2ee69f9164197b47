// expect: 4:27: field size has type `Array<Array<i64, 2>, 2>`
#include "policies/abi/assay.h"
struct Object {
  Array<Array<i64, 2>, 2> size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
