// expect: 4:7: field size: the range is empty, 5 is more than 4; put the smaller end first
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 5, 4);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
