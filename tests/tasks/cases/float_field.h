// expect: 4:9: field speed has type `float`; use i64, f64, bool, a record defined above
#include "policies/abi/assay.h"
struct Object {
  float speed ASSAY_FIELD("", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
