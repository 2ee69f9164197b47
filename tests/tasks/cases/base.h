// expect: 6:8: record Object has a base
#include "policies/abi/assay.h"
struct Base {
  bool hot;
};
struct Object : Base {
  bool cold;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
