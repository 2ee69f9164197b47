#pragma once
// The words of a task's properties.cpp (docs/adding-a-task.md). C++20, no standard library.
//
//   /// Of two objects alike but for hits, the one with more hits is not evicted first.
//   ASSAY_PROPERTY(monotone_in_hits, preferred) {
//     auto a = any<Object>(), b = a;
//     auto cache = any<Cache>();
//     auto ghost = any<Ghost>();
//     b.hits = any_in(a.hits, kMaxRequests);
//     prove(priority(b, cache, ghost) >= priority(a, cache, ghost));
//   }
//
// A property speaks of every execution of its body: every choice of its `any`s, as far as its `assume`s hold. It is proved if
// no `prove` fails on any of them, nothing in it is undefined and nothing leaves its array, in the candidate's code too.
// Read after the policy, in one translation unit with it; a policy can define none of these words.

#include "policies/abi/assay.h"

/// Before the body. `level` is `required` (gates the certificate), `preferred` (counts in its grade) or `info`. What the property
/// claims stands in the comment above it.
#if defined(ASSAY_READ_PROPERTIES)
#define ASSAY_PROPERTY(name, level) __attribute__((annotate("assay.property", #name, #level))) void assay_property_##name()
#else
#define ASSAY_PROPERTY(name, level) void assay_property_##name()
#endif

// What the words stand for: an input of the lowered program, an assumption, an obligation (verify/lower/property_reader.cpp); a
// number drawn, a round skipped, a finding (verify/properties/fuzz.cpp). `line` and `column` name the place of the word.
extern "C" {
i64 assay_choose(i64 low, i64 high, int line, int column, int record, int leaf);
f64 assay_choose_double(f64 low, f64 high, int line, int column, int record, int leaf);
void assay_assume(bool holds);
void assay_prove(bool holds, int line, int column);
}

/// Any value: of i64, of bool, of f64 (NaN and infinities too), or of a record of the contract, whose fields take any values of their declared ranges.
template <class T>
T any(int line = __builtin_LINE(), int column = __builtin_COLUMN());

template <>
inline i64 any<i64>(int line, int column) {
  return assay_choose(kI64Min, kI64Max, line, column, 0, 0);
}

template <>
inline bool any<bool>(int line, int column) {
  return assay_choose(0, 1, line, column, 0, 0) != 0;
}

template <>
inline f64 any<f64>(int line, int column) {
  return assay_choose_double(-__builtin_inf(), __builtin_inf(), line, column, 0, 0);
}

/// Any value from low to high, both included. Where low > high there is none, and the execution is not spoken of.
inline i64 any_in(i64 low, i64 high, int line = __builtin_LINE(), int column = __builtin_COLUMN()) {
  return assay_choose(low, high, line, column, 0, 0);
}

/// The same of doubles, both of them written as such: any_in(0.0, 1.0). Never NaN.
template <class F>
  requires(__is_same(F, f64))
inline F any_in(F low, F high, int line = __builtin_LINE(), int column = __builtin_COLUMN()) {
  const f64 value = assay_choose_double(low, high, line, column, 0, 0);
  assay_assume(low <= value && value <= high);
  return value;
}

/// Speaks of the executions in which `holds` only.
inline void assume(bool holds) { assay_assume(holds); }

/// Claims that `holds` in every execution that gets here.
inline void prove(bool holds, int line = __builtin_LINE(), int column = __builtin_COLUMN()) {
  assay_prove(holds, line, column);
}
