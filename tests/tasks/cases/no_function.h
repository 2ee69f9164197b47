// expect: 1:1: no function for the policy to define; declare one
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
