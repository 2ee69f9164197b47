// expect: 4:18: 'items' declared as an array with a negative size; a contract must be valid C++20
#include "policies/abi/assay.h"
struct Object {
  Array<i64, -3> size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
