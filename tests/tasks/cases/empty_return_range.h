// expect: 6:5: function f: the range is empty, 1 is more than 0
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 1, 0);
