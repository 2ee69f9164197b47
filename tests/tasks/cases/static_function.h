// expect: 6:12: function f is variadic, constexpr, inline, static or extern; declare it plainly
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
static i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
