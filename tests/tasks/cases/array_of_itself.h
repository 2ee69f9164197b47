// expect: 4:20: field has incomplete type 'Object'
#include "policies/abi/assay.h"
struct Object {
  Array<Object, 2> inner;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
