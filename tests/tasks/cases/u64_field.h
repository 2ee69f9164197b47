// expect: 4:7: field size has type `u64`
#include "policies/abi/assay.h"
struct Object {
  u64 size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
