// expect: 6:8: function f returns `Object`; a function returns i64, f64, bool or void
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
Object f(const Object& object);
