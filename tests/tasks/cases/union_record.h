// expect: 3:7: record Object is a union; make it a struct
#include "policies/abi/assay.h"
union Object {
  bool hot;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
