// expect: 4:7: field size is a bit-field
#include "policies/abi/assay.h"
struct Object {
  i64 size : 3 ASSAY_FIELD("", 0, 7);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
