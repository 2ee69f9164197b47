#pragma once
// Exact percentiles of a multiset of small integers under insertion and removal, by nearest rank: the p-th percentile of n
// values is the ceil(p * n / 100)-th smallest; 0 of no values.
//
// A count per value, a bitmap of the values that are there, bitmaps of the non-zero words of the one below, and one
// cursor per percentile. An update moves a cursor's rank by at most one place, so that it is O(1) steps from its
// next answer, each found in the bitmaps in O(levels).

#include "evaluators/cache/driver/common.h"

namespace assay_driver {

constexpr int kPercents = 5;
constexpr u32 kPercent[kPercents] = {10, 25, 50, 75, 90};
constexpr int kLevels = 6;  // 64^6 values

struct Cursor {
  u64 value = 0;
  u64 below = 0;  ///< how many are smaller than `value`
};

struct Spread {
  u32* counts = nullptr;  ///< per value; null: no value is there twice
  u64* present[kLevels] = {};
  int levels = 0;
  u64 total = 0;
  Cursor cursors[kPercents];
};

/// For values 0 .. universe-1. `unique`: no value is ever there twice.
inline void lay_out(Spread& spread, Arena& arena, u64 universe, bool unique) {
  if (!unique) spread.counts = take<u32>(arena, universe);
  u64 words = universe;
  do {
    words = (words + 63) / 64;
    spread.present[spread.levels++] = take<u64>(arena, words);
  } while (words > 1);
}

inline u64 count_of(const Spread& spread, u64 value) {
  return spread.counts != nullptr ? spread.counts[value] : (spread.present[0][value / 64] >> (value % 64)) & 1;
}

inline void set_present(Spread& spread, u64 value) {
  for (int level = 0; level < spread.levels; ++level, value /= 64) {
    u64& word = spread.present[level][value / 64];
    const bool was_empty = word == 0;
    word |= 1ull << (value % 64);
    if (!was_empty) return;
  }
}

inline void clear_present(Spread& spread, u64 value) {
  for (int level = 0; level < spread.levels; ++level, value /= 64) {
    u64& word = spread.present[level][value / 64];
    word &= ~(1ull << (value % 64));
    if (word != 0) return;
  }
}

/// The smallest value there that is larger than `value`. Requires: there is one.
inline u64 next_present(const Spread& spread, u64 value) {
  int level = 0;
  for (;; ++level, value /= 64) {
    const u64 above = value % 64 == 63 ? 0 : spread.present[level][value / 64] & (~0ull << (value % 64 + 1));
    if (above == 0) continue;
    value = value / 64 * 64 + static_cast<u64>(__builtin_ctzll(above));
    break;
  }
  while (level-- > 0) value = value * 64 + static_cast<u64>(__builtin_ctzll(spread.present[level][value]));
  return value;
}

/// The largest value there that is smaller than `value`. Requires: there is one.
inline u64 previous_present(const Spread& spread, u64 value) {
  int level = 0;
  for (;; ++level, value /= 64) {
    const u64 below = spread.present[level][value / 64] & ((1ull << (value % 64)) - 1);
    if (below == 0) continue;
    value = value / 64 * 64 + 63 - static_cast<u64>(__builtin_clzll(below));
    break;
  }
  while (level-- > 0) value = value * 64 + 63 - static_cast<u64>(__builtin_clzll(spread.present[level][value]));
  return value;
}

inline void add(Spread& spread, u64 value) {
  if (count_of(spread, value) == 0) set_present(spread, value);
  if (spread.counts != nullptr) ++spread.counts[value];
  ++spread.total;
  for (Cursor& cursor : spread.cursors) cursor.below += value < cursor.value ? 1 : 0;
}

inline void remove(Spread& spread, u64 value) {
  if (spread.counts == nullptr || --spread.counts[value] == 0) clear_present(spread, value);
  --spread.total;
  for (Cursor& cursor : spread.cursors) cursor.below -= value < cursor.value ? 1 : 0;
}

/// The percentile `kPercent[which]`. Requires: total > 0.
/// The loops end: with 1 <= rank <= total there is a smaller value while below >= rank, a larger one while
/// below + count < rank.
inline u64 percentile(Spread& spread, int which) {
  Cursor& cursor = spread.cursors[which];
  const u64 rank = (spread.total * kPercent[which] + 99) / 100;
  while (cursor.below >= rank) {
    cursor.value = previous_present(spread, cursor.value);
    cursor.below -= count_of(spread, cursor.value);
  }
  for (u64 here = count_of(spread, cursor.value); cursor.below + here < rank; here = count_of(spread, cursor.value)) {
    cursor.below += here;
    cursor.value = next_present(spread, cursor.value);
  }
  return cursor.value;
}

/// Distinct values of an array, ascending, so that a value's rank stands for it. Radix sort, then duplicates out.
struct Ranks {
  u64* values = nullptr;
  u64* spare = nullptr;
  u64 count = 0;
};

inline void lay_out(Ranks& ranks, Arena& arena, u64 count) {
  ranks.values = take<u64>(arena, count);
  ranks.spare = take<u64>(arena, count);
}

inline void sort_by_byte(const u64* from, u64* to, u64 count, u32 shift) {
  u64 starts[257] = {};
  for (u64 i = 0; i < count; ++i) ++starts[((from[i] >> shift) & 255) + 1];
  for (int digit = 0; digit < 256; ++digit) starts[digit + 1] += starts[digit];
  for (u64 i = 0; i < count; ++i) to[starts[(from[i] >> shift) & 255]++] = from[i];
}

[[gnu::noinline]] inline void fill(Ranks& ranks, const u64* source, u64 count) {
  u64 any_set = 0;
  for (u64 i = 0; i < count; ++i) {
    ranks.values[i] = source[i];
    any_set |= source[i];
  }
  for (u32 shift = 0; shift < 64 && (any_set >> shift) != 0; shift += 8) {
    sort_by_byte(ranks.values, ranks.spare, count, shift);
    u64* sorted = ranks.spare;
    ranks.spare = ranks.values;
    ranks.values = sorted;
  }
  ranks.count = 0;
  for (u64 i = 0; i < count; ++i)
    if (ranks.count == 0 || ranks.values[i] != ranks.values[ranks.count - 1]) ranks.values[ranks.count++] = ranks.values[i];
}

/// Requires: `value` is one of them.
inline u64 rank_of(const Ranks& ranks, u64 value) {
  u64 low = 0;
  for (u64 count = ranks.count; count > 1;) {
    const u64 half = count / 2;
    low += ranks.values[low + half] <= value ? half : 0;
    count -= half;
  }
  return low;
}

}  // namespace assay_driver
