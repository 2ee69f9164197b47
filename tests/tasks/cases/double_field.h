// expect: 4:10: field speed has type `double`; use i64, bool, a record defined above
#include "policies/abi/assay.h"
struct Object {
  double speed ASSAY_FIELD("", 0, 1);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
