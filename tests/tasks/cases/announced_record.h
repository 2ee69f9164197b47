// expect: 3:8: record Object is only announced; define it here, before its first use
#include "policies/abi/assay.h"
struct Object;
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
