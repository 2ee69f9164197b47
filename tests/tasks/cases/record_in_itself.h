// expect: 4:10: field has incomplete type 'Object'
#include "policies/abi/assay.h"
struct Object {
  Object inner;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
