// expect: 4:7: field size has no range; write `size ASSAY_FIELD("unit", min, max);`
#include "policies/abi/assay.h"
struct Object {
  i64 size;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
