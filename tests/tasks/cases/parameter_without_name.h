// expect: 6:20: a parameter of f has no name
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object&) ASSAY_RETURNS("", 0, 1);
