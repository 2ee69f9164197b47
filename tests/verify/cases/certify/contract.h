#pragma once
#include "policies/abi/assay.h"

/// What the case files of the certificate are written against.
struct View {
  i64 size ASSAY_FIELD("bytes", 1, 1LL << 40);
  i64 hits ASSAY_FIELD("requests", 0, 1LL << 40);
  i64 small ASSAY_FIELD("", 0, 255);
  i64 offset ASSAY_FIELD("", -100, 100);
  bool ghost;
  Array<i64, 4> counts ASSAY_FIELD("", 0, 1000);
};

struct State {
  i64 level ASSAY_FIELD("", -1000, 1000);
  Array<i64, 4> ring ASSAY_FIELD("", 0, 255);
  bool flag;
};

i64 decide(const View& view, State& state) ASSAY_RETURNS("", 0, 1000);
