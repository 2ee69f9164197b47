// expect: 4:7: field size: the unit is not a string; write it as "bytes", or "" for none
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD(7, 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
