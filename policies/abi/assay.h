#pragma once
// The only header that a policy sees besides its contract. C++20, no standard library.
//
// Everything here is total: no input is undefined behaviour, so that a proof about a policy never depends on how a
// helper was called. Array indexing is the one exception: out of bounds is a trap, and the certificate proves it away.

#if !defined(ASSAY_ABI_TYPES)
#define ASSAY_ABI_TYPES
using i64 = long long;
using u64 = unsigned long long;
#endif

/// Range and unit of a field, both ends included: `i64 size ASSAY_FIELD("bytes", 1, 1LL << 40);`
/// Range and unit of a return value, after the parameter list: `i64 f(...) ASSAY_RETURNS("queue", 0, 4);`
#if defined(__clang__)
#define ASSAY_FIELD(unit, min, max) __attribute__((annotate("assay.field", unit, min, max)))
#define ASSAY_RETURNS(unit, min, max) __attribute__((annotate("assay.returns", unit, min, max)))
#else
#define ASSAY_FIELD(unit, min, max)
#define ASSAY_RETURNS(unit, min, max)
#endif
