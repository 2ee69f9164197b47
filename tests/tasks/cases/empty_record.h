// expect: 3:8: record Object has no field; give it one or remove it
#include "policies/abi/assay.h"
struct Object {};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
