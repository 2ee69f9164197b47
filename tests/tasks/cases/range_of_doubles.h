// expect: 4:7: field size: the range is not two integers within i64
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 0, 0.5);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
