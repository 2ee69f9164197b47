// expect: 4:8: field hot is not plainly public
#include "policies/abi/assay.h"
class Object {
  bool hot;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
