// expect: 4:13: field size has type `const i64`
#include "policies/abi/assay.h"
struct Object {
  const i64 size ASSAY_FIELD("bytes", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
