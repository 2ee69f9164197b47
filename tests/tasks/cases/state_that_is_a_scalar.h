// expect: 6:12: parameter counter of f is a scalar by reference; state is a record
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(i64& counter) ASSAY_RETURNS("", 0, 1);
