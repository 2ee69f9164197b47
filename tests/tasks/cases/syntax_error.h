// expect: 6:1: expected function body after function declarator; a contract must be valid C++20
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1)
