#pragma once
#include "policies/abi/assay.h"

/// An event, and what a policy keeps from event to event.
struct Event {
  i64 value ASSAY_FIELD("", 0, 1000);
  i64 key ASSAY_FIELD("", 0, 1LL << 40);
  i64 elapsed ASSAY_FIELD("us", 0, 1LL << 30);
  bool urgent;
};

struct Memory {
  i64 level ASSAY_FIELD("", 0, 1000);
  i64 balance ASSAY_FIELD("", -500, 500);
  i64 head ASSAY_FIELD("", 0, 7);
  i64 total ASSAY_FIELD("", 0, 1LL << 50);
  Array<i64, 8> ring ASSAY_FIELD("", 0, 255);
  bool armed;
};

i64 decide(const Event& event, Memory& memory) ASSAY_RETURNS("", -1, 1000);
