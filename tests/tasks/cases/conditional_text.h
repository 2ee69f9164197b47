// expect: 6:1: a contract has no directive but `#pragma once` and its include; write constants as `constexpr i64
// expect: 8:3: a contract has no directive but
// expect: 10:2: a contract has no directive but
#include "policies/abi/assay.h"
struct Object {
#ifdef ASSAY_READ_CONTRACT
  bool hot;
  # else
  bool cold;
 #endif
};
i64 f(const Object& object) ASSAY_RETURNS("", 0, 1);
