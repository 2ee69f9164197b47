// expect: 4:3: unknown type name 'Siez'; use i64, f64, bool, a record defined above
#include "policies/abi/assay.h"
struct Object {
  Siez size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
