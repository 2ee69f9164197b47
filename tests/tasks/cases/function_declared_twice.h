// expect: 7:5: function f is declared twice
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
