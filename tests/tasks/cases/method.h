// expect: 5:8: record Object may have fields only; remove this CXXMethod
#include "policies/abi/assay.h"
struct Object {
  bool hot;
  bool cold() const { return !hot; }
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
