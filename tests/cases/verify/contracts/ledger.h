#pragma once
#include "policies/abi/assay.h"

/// A request, and what is counted over a run. There is one ledger.
struct Event {
  bool hit;
  i64 amount ASSAY_FIELD("", 0, 1000);
};

struct Ledger {
  i64 hits ASSAY_FIELD("requests", 0, 1LL << 40);
  i64 requests ASSAY_FIELD("requests", 0, 1LL << 40);
  i64 low ASSAY_FIELD("", 0, 1000);
  i64 high ASSAY_FIELD("", 0, 1000);
};

i64 decide(const Event& event, Ledger& ledger) ASSAY_RETURNS("", 0, 1000);

bool invariant(const Ledger& ledger ASSAY_ONE) ASSAY_OPTIONAL;
