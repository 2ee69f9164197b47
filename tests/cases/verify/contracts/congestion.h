#pragma once
#include "policies/abi/assay.h"

constexpr i64 kMaxWindow = 65536;
/// A share is told in thousandths.
constexpr i64 kOne = 1000;

/// What a sender hears, once a round trip.
struct Signals {
  i64 rtt ASSAY_FIELD("us", 1, 1LL << 24);
  i64 min_rtt ASSAY_FIELD("us", 1, 1LL << 24);
  i64 ratio ASSAY_FIELD("thousandths", 0, kOne);  ///< least delay by delay: small where queues are long
  i64 loss ASSAY_FIELD("thousandths", 0, kOne);
  i64 acked ASSAY_FIELD("segments", 0, kMaxWindow);
};

struct Flow {
  i64 window ASSAY_FIELD("segments", 0, kMaxWindow);
  i64 threshold ASSAY_FIELD("segments", 0, kMaxWindow);
};

/// The window from now on; it is what `flow.window` is set to, too.
i64 on_round(const Signals& now, Flow& flow) ASSAY_RETURNS("segments", 0, kMaxWindow);
