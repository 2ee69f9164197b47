// expect: 4:8: field hot is a bool, whose range is 0 to 1
#include "policies/abi/assay.h"
struct Object {
  bool hot ASSAY_FIELD("", 0, 2);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
