// expect: 3:11: a contract holds records, functions and constants only; remove this Namespace declaration
#include "policies/abi/assay.h"
namespace inner {
}
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
