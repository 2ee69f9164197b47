#pragma once
#include "policies/abi/assay.h"

/// Few enough inputs that every one is run: 16 * 16 * 16 * 2.
struct Small {
  i64 a ASSAY_FIELD("", -8, 7);
  i64 b ASSAY_FIELD("", -8, 7);
  i64 n ASSAY_FIELD("", 0, 15);
  bool flag;
};

i64 decide(const Small& in) ASSAY_RETURNS("", -100, 100);
