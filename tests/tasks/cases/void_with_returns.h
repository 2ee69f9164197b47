// expect: 9:6: function f returns nothing; remove its ASSAY_RETURNS
#include "policies/abi/assay.h"
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 9);
};
struct State {
  bool x;
};
void f(State& state) ASSAY_RETURNS("", 0, 1);
