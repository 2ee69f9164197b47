// expect: 6:15: state of f starts at 0, but Object::size does not admit 0; widen its range
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(Object& object) ASSAY_RETURNS("", 0, 1);
