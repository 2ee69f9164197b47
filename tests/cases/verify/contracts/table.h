#pragma once
#include "policies/abi/assay.h"

/// Sixteen numbers in no order that is known, and a key to look for.
struct Table {
  Array<i64, 16> items ASSAY_FIELD("", 0, 4095);
  i64 key ASSAY_FIELD("", 0, 4095);
  i64 used ASSAY_FIELD("", 0, 16);
  i64 start ASSAY_FIELD("", 0, 15);
};

i64 decide(const Table& table) ASSAY_RETURNS("", -1, 65536);
