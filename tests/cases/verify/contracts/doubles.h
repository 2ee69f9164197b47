#pragma once
#include "policies/abi/assay.h"

/// A measurement in doubles, and an average that is kept from call to call. Of `raw` nothing is known: it may be NaN.
struct Sample {
  f64 value ASSAY_FIELD("ms", -1000.0, 1000.0);
  f64 share ASSAY_FIELD("", 0.0, 1.0);
  f64 weight ASSAY_FIELD("", 0.0, 1e300);
  i64 count ASSAY_FIELD("", 0, 1LL << 60);
  i64 index ASSAY_FIELD("", 0, 3);
};

struct Average {
  f64 mean ASSAY_FIELD("ms", -1000.0, 1000.0);
  Array<f64, 4> ring ASSAY_FIELD("ms", -1000.0, 1000.0);
};

f64 decide(const Sample& sample, Average& average, f64 raw) ASSAY_RETURNS("ms", -1000.0, 1000.0);
