// expect: 6:5: function f has a body; end the declaration with `;`: the policy defines it
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) { return 0; }
