// expect: 4:31: too few arguments provided to function-like macro invocation; write ASSAY_FIELD("unit", min, max) after a field
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes");
  i64 hits ASSAY_FIELD("", 0, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
