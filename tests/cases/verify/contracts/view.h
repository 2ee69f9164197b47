#pragma once
#include "policies/abi/assay.h"

/// What a cache policy sees, in miniature.
struct View {
  i64 size ASSAY_FIELD("bytes", 1, 1LL << 40);
  i64 hits ASSAY_FIELD("requests", 0, 1LL << 40);
  i64 age ASSAY_FIELD("requests", 0, 1LL << 40);
  i64 small ASSAY_FIELD("", 0, 255);
  i64 offset ASSAY_FIELD("", -100, 100);
  bool ghost;
  Array<i64, 8> counts ASSAY_FIELD("", 0, 1000);
};

i64 decide(const View& view) ASSAY_RETURNS("", 0, 1000000);
