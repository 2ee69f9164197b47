// expect: 6:16: parameter object of f has type `Object &&`
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(Object&& object) ASSAY_RETURNS("", 0, 1);
