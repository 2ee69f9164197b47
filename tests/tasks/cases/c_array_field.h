// expect: 4:7: field size has type `i64[3]`
#include "policies/abi/assay.h"
struct Object {
  i64 size[3] ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
