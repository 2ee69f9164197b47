// expect: 4:20: field size: an Array holds 1 to 1024 items; change its length
#include "policies/abi/assay.h"
struct Object {
  Array<i64, 1025> size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
