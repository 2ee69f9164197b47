#pragma once
// The only header that a policy sees besides its contract. C++20, no standard library.
//
// Everything here is total: no input is undefined behaviour, so that a proof about a policy never depends on how a
// helper was called. Array indexing is the one exception: out of bounds is a trap, and the certificate proves it away.
// There are no loops in here, so that each function is one short formula for a solver.

#if !defined(ASSAY_ABI_TYPES)
#define ASSAY_ABI_TYPES
using i64 = long long;
using u64 = unsigned long long;
#endif
using f64 = double;  // only where the contract has one; IEEE 754 binary64, never contracted or reordered

/// Range and unit of a field, both ends included: `i64 size ASSAY_FIELD("bytes", 1, 1LL << 40);`
/// Range and unit of a return value, after the parameter list: `i64 f(...) ASSAY_RETURNS("queue", 0, 4);`
/// A function that a policy may define or leave out: `bool invariant(const Mark& mark, const Memory& memory ASSAY_ONE) ASSAY_OPTIONAL;`
/// ASSAY_ONE: there is one such record throughout a run, the same at every call; otherwise there may be any number.
/// They speak to the contract's reader only: in code that is compiled, an annotated field would cost a call per access.
#if defined(ASSAY_READ_CONTRACT)
#define ASSAY_FIELD(unit, min, max) __attribute__((annotate("assay.field", unit, min, max)))
#define ASSAY_RETURNS(unit, min, max) __attribute__((annotate("assay.returns", unit, min, max)))
#define ASSAY_OPTIONAL __attribute__((annotate("assay.optional")))
#define ASSAY_ONE __attribute__((annotate("assay.one")))
#else
#define ASSAY_OPTIONAL
#define ASSAY_ONE
#define ASSAY_FIELD(unit, min, max)
#define ASSAY_RETURNS(unit, min, max)
#endif

#if defined(__CUDACC__)
#define ASSAY_ABI __host__ __device__ constexpr
#else
#define ASSAY_ABI constexpr
#endif

// Inline, so that a policy calls `min(a, b)`; a namespace, so that a program which has included a header with a `min` or
// an `abs` of its own (cstdlib, CUDA) can include this one after it, and say `assay_abi::abs` where it means this one.
inline namespace assay_abi {

/// `N` values of type `T`. An index outside 0..N-1 ends the program.
template <class T, int N>
struct Array {
  T items[N];
  ASSAY_ABI T& operator[](i64 index) {
    if (index < 0 || index >= N) __builtin_trap();
    return items[index];
  }
  ASSAY_ABI const T& operator[](i64 index) const {
    if (index < 0 || index >= N) __builtin_trap();
    return items[index];
  }
};

constexpr i64 kI64Max = 0x7fffffffffffffffLL;
constexpr i64 kI64Min = -kI64Max - 1;

/// The smaller of the two.
ASSAY_ABI i64 min(i64 a, i64 b) { return b < a ? b : a; }

/// The larger of the two.
ASSAY_ABI i64 max(i64 a, i64 b) { return a < b ? b : a; }

/// `value` brought into low..high; `high` where low > high.
ASSAY_ABI i64 clamp(i64 value, i64 low, i64 high) { return min(max(value, low), high); }

/// |value|; the largest i64 for the smallest one.
ASSAY_ABI i64 abs(i64 value) { return value == kI64Min ? kI64Max : (value < 0 ? -value : value); }

/// a + b, stopping at the ends of i64.
ASSAY_ABI i64 sat_add(i64 a, i64 b) {
  i64 sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? kI64Min : kI64Max) : sum;
}

/// a - b, stopping at the ends of i64.
ASSAY_ABI i64 sat_sub(i64 a, i64 b) {
  i64 difference = 0;
  return __builtin_sub_overflow(a, b, &difference) ? (b < 0 ? kI64Max : kI64Min) : difference;
}

/// a * b, stopping at the ends of i64.
ASSAY_ABI i64 sat_mul(i64 a, i64 b) {
  i64 product = 0;
  return __builtin_mul_overflow(a, b, &product) ? ((a < 0) != (b < 0) ? kI64Min : kI64Max) : product;
}

/// a / b rounded towards zero; 0 where b is 0; the largest i64 for the smallest one divided by -1.
ASSAY_ABI i64 safe_div(i64 a, i64 b) {
  if (b == 0) return 0;
  if (a == kI64Min && b == -1) return kI64Max;
  return a / b;
}

/// a % b with the sign of a; 0 where b is 0 or -1.
ASSAY_ABI i64 safe_mod(i64 a, i64 b) { return b == 0 || b == -1 ? 0 : a % b; }

/// The position of the highest set bit: 0 for 1, 10 for 1024; 0 for everything below 1.
ASSAY_ABI i64 log2_floor(i64 value) { return value < 1 ? 0 : 63 - __builtin_clzll(static_cast<u64>(value)); }

/// Whether the value is not a number, which no comparison with < or == finds.
ASSAY_ABI bool is_nan(f64 value) { return value != value; }

/// The smaller of the two; the other one where one is NaN.
ASSAY_ABI f64 fmin(f64 a, f64 b) { return a != a || b < a ? b : a; }

/// The larger of the two; the other one where one is NaN.
ASSAY_ABI f64 fmax(f64 a, f64 b) { return a != a || a < b ? b : a; }

/// `value` brought into low..high; `low` where value is NaN; `high` where low > high.
ASSAY_ABI f64 fclamp(f64 value, f64 low, f64 high) { return fmin(fmax(value, low), high); }

/// |value|; NaN for NaN.
ASSAY_ABI f64 fabs(f64 value) { return value < 0 ? -value : value; }

/// `value` rounded towards zero, stopping at the ends of i64; 0 for NaN.
ASSAY_ABI i64 to_i64(f64 value) {
  if (value != value) return 0;
  if (value >= 9223372036854775808.0) return kI64Max;
  if (value < -9223372036854775808.0) return kI64Min;
  return static_cast<i64>(value);
}

// Marks: constants that a search may change within bounds. All three are plain numbers, low <= value <= high.

/// `value`, which may be tuned within low..high.
ASSAY_ABI i64 tunable(i64 value, i64 /*low*/, i64 /*high*/) { return value; }

/// `value`, which may be tuned within low..high.
ASSAY_ABI f64 ftunable(f64 value, f64 /*low*/, f64 /*high*/) { return value; }

}  // namespace assay_abi
