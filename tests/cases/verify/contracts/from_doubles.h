#pragma once
#include "policies/abi/assay.h"

/// Every double is an input, every i64 an answer.
i64 decide(f64 x, f64 y, i64 n) ASSAY_RETURNS("", -9223372036854775807LL - 1, 9223372036854775807LL);
