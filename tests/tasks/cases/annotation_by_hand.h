// expect: 4:7: field size: the annotation does not hold a unit and a range; use the macros of policies/abi/assay.h
#include "policies/abi/assay.h"
struct Object {
  i64 size __attribute__((annotate("assay.field")));
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
