#pragma once
// Differences between terms at one place: x - y <= c over the integers, by the signed readings of the machine's values.
//
// gamma(zone) = the executions at this place under which every listed difference holds. Sparse: only what comparisons,
// choices and loops have said is listed; the rest is found when it is asked for, from the listed differences, the terms'
// ranges, and sums that are exact, to a bounded depth. Terms of up to 64 bits, so that 128 bits hold every bound.
// Miné, "A New Numerical Abstract Domain Based on Difference-Bound Matrices" (2001); ours is not closed ahead of time:
// an open bound is only less precise.

#include <vector>

#include "verify/domains/facts.h"

namespace assay::verify::domains {

struct Difference {
  TermId x = lower::kNoTerm, y = lower::kNoTerm;
  Word bound = 0;  ///< x - y <= bound
  bool operator==(const Difference&) const = default;
};

class Zone {
 public:
  const std::vector<Difference>& listed() const { return listed_; }
  std::size_t size() const { return listed_.size(); }
  /// Adds a difference of terms that are not offsets of others; the smaller bound stays. Past `kMost` the oldest gives way.
  void add(const Difference& difference);

 private:
  static constexpr std::size_t kMost = 48;
  std::vector<Difference> listed_;
};

/// A zone with the facts of the same place: what both together say of differences.
class Differences {
 public:
  Differences(const Zone& zone, const Facts& facts, const TermPool& pool, Ranges& ranges)
      : zone_(zone), facts_(facts), pool_(pool), ranges_(ranges) {}

  static bool handles(TermId id, const TermPool& pool) { return pool[id].width > 1 && pool[id].width <= 64 && !pool[id].is_double; }

  /// Some c with x - y <= c, as small as is found. Requires: both handled.
  Word upper(TermId x, TermId y) const {
    left_ = kSteps;
    return upper(x, y, kDepth);
  }
  /// [lo, hi] around x - y.
  Interval between(TermId x, TermId y) const { return {-upper(y, x), upper(x, y)}; }

  /// A term's range, with what is known of the two it is the exact difference of.
  Interval range_of(TermId id) const {
    left_ = kSteps;
    Offset at = offset_of(id);
    if (at.base == lower::kNoTerm) return {at.plus, at.plus};
    return {least(at.base, kDepth) + at.plus, most(at.base, kDepth) + at.plus};
  }

  /// 0 or 1 where the differences decide a comparison, an overflow test of a difference, or bits made of them.
  std::optional<bool> decide(TermId bit) const { return decide(bit, kDepth); }

  /// The differences that "the bit is `truth`" says, with what is already known.
  std::vector<Difference> said_by(TermId bit, bool truth) const;

  /// A term as another one plus a constant, over the integers, as deep as that goes.
  struct Offset {
    TermId base = lower::kNoTerm;
    Word plus = 0;
  };
  Offset offset_of(TermId id) const;

  /// A difference in terms of bases, or one that says nothing (x == kNoTerm) where ranges already hold it.
  Difference normal(TermId x, TermId y, Word bound) const;

 private:
  static constexpr int kDepth = 3;
  static constexpr int kSteps = 48;  ///< of one question: chains fan out

  Interval range(TermId id) const { return facts_.range(id, ranges_); }
  Word upper(TermId x, TermId y, int depth) const;
  Word most(TermId id, int depth) const;
  Word least(TermId id, int depth) const;
  Word upper_of_parts(TermId x, TermId y, int depth) const;
  Word upper_of_choice(const lower::Term& choice, bool yes, TermId other, bool choice_is_left, int depth) const;
  std::optional<bool> decide(TermId bit, int depth) const;
  void collect(TermId bit, bool truth, int depth, std::vector<Difference>& out) const;

  const Zone& zone_;
  const Facts& facts_;
  const TermPool& pool_;
  Ranges& ranges_;
  mutable int left_ = kSteps;
};

/// Listed differences that hold on every way, the bound being the largest of the ways'.
Zone join(const std::vector<const Zone*>& zones, const std::vector<Facts>& facts, const TermPool& pool, Ranges& ranges);

}  // namespace assay::verify::domains
