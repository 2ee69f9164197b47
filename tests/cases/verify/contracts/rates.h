#pragma once
#include "policies/abi/assay.h"

/// Measurements as doubles, as a rate controller sees them.
struct Rates {
  f64 rate ASSAY_FIELD("bytes/s", 0.0, 1e9);
  f64 rtt ASSAY_FIELD("s", 1e-6, 10.0);
  f64 loss ASSAY_FIELD("share", 0.0, 1.0);
  f64 trend ASSAY_FIELD("", -100.0, 100.0);
  i64 acked ASSAY_FIELD("bytes", 0, 1LL << 40);
};

struct Pace {
  f64 window ASSAY_FIELD("segments", 0.0, 65536.0);
  f64 smooth ASSAY_FIELD("s", 0.0, 10.0);
};

f64 decide(const Rates& now, Pace& pace) ASSAY_RETURNS("", 0.0, 1e6);
