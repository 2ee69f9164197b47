// expect: 8:3: a contract holds records, functions and constants only; remove this FunctionTemplate declaration
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
template <class T>
T g(T x);
