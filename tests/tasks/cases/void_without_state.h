// expect: 6:6: function f returns nothing and may write nothing; let it return i64 or take a `Record& state`
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
void f(const Object& object);
