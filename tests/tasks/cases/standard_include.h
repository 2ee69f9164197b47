// expect: 3:10: 'vector' file not found; a contract includes "policies/abi/assay.h" and nothing else
#include "policies/abi/assay.h"
#include <vector>
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
