// expect: 6:15: parameter object of f has type `Object *`; take i64, f64 or bool by value, a record as `const Record&`, state as `Record&`
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(Object* object) ASSAY_RETURNS("", 0, 1);
