// expect: 4:8: field hot has an initialiser
#include "policies/abi/assay.h"
struct Object {
  bool hot = true;
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
