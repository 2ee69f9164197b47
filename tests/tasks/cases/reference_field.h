// expect: 4:8: field size has type `i64 &`; use i64, f64, bool, a record defined above
#include "policies/abi/assay.h"
struct Object {
  i64& size ASSAY_FIELD("", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
