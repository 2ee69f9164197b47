// expect: 6:14: parameter object of f is a record by value; take it as `const Object&`
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(Object object) ASSAY_RETURNS("", 0, 1);
