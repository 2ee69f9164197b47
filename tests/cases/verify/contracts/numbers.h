#pragma once
#include "policies/abi/assay.h"

/// Two numbers of which nothing is known: every i64 is an input, every i64 an answer.
i64 decide(i64 x, i64 y) ASSAY_RETURNS("", -9223372036854775807LL - 1, 9223372036854775807LL);
