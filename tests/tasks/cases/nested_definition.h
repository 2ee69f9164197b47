// expect: 4:10: record Object may have fields only; remove this CXXRecord
#include "policies/abi/assay.h"
struct Object {
  struct Inner { bool x; };
  bool hot;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
