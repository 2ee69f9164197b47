// expect: 6:15: `Object&` is state, which the policy writes and which starts at 0, but Object::size does not admit 0; write `const Object&` for what is only read, or widen the range
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(Object& object) ASSAY_RETURNS("", 0, 1);
