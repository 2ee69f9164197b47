#pragma once
#include "policies/abi/assay.h"

/// What properties over two calls are told about: a rank of an item, larger stays.
struct Item {
  i64 hits ASSAY_FIELD("", 0, 1LL << 20);
  i64 size ASSAY_FIELD("bytes", 1, 1LL << 20);
  i64 age ASSAY_FIELD("", 0, 1LL << 20);
};

i64 rank(const Item& item) ASSAY_RETURNS("", -(1LL << 50), 1LL << 50);
