// expect: 4:7: field size has type `int`; use i64, f64, bool, a record defined above, or Array<T, N> of one of them
#include "policies/abi/assay.h"
struct Object {
  int size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
