// expect: 4:7: field size is annotated twice; keep one unit and range
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("", 0, 1) ASSAY_FIELD("", 0, 2);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
