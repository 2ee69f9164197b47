// expect: 7:7: field size has no range
// expect: 8:7: field hits has type `int`
// expect: 10:5: function f has no output range
// expect: 10:14: parameter object of f is a record by value
#include "policies/abi/assay.h"
struct Object {
  i64 size;
  int hits;
};
i64 f(Object object);
