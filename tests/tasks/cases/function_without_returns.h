// expect: 6:5: function f has no output range; write ASSAY_RETURNS("unit", min, max) after its parameters
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object);
