// expect: 7:9: field inner is a record, whose fields have their own ranges; remove its ASSAY_FIELD
#include "policies/abi/assay.h"
struct Inner {
  bool x;
};
struct Object {
  Inner inner ASSAY_FIELD("", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
