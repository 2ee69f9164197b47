#pragma once
// What is known of terms at one point of the unrolled program: an interval per term, refined by the branches on the way.
//
// gamma(facts) = the inputs (in their declared ranges) under which every listed term lies in its interval. A term that
// is not listed has its base interval, which follows from the declared ranges alone.

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "verify/domains/interval.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"

namespace assay::verify::domains {

using lower::TermId;
using lower::TermPool;

/// Base intervals of all terms of a pool, computed as the pool grows.
class Ranges {
 public:
  Ranges(const TermPool& pool, const lower::Program& program) : pool_(pool), program_(program) {}
  const Interval& base(TermId id);
  unsigned width(TermId id) const { return pool_[id].width; }

 private:
  const TermPool& pool_;
  const lower::Program& program_;
  std::vector<Interval> base_;
};

class Facts {
 public:
  Interval range(TermId id, Ranges& ranges) const;
  /// Adds a fact. False: it contradicts what is known, so no execution gets here.
  bool restrict_to(TermId id, const Interval& to, Ranges& ranges);
  /// Forgets what is not known on both sides. Sound: the result's gamma holds both.
  void join(const Facts& other, Ranges& ranges);
  /// This and `other` joined, where a bound that grew goes to the next of `thresholds` (sorted, canonical words) or to the
  /// end of its width: from any start, repeated widening stands still after finitely many steps.
  void widen(const Facts& other, std::span<const lower::Word> thresholds, Ranges& ranges);
  /// Requires: gamma(other) lies within gamma(this). The result lies between; only what stands at the end of its width, or
  /// is not listed, is taken from `other`, so repeated narrowing stands still too.
  void narrow(const Facts& other, Ranges& ranges);
  std::size_t size() const { return known_.size(); }

 private:
  /// Keeps the terms listed on both sides, each with combine(id, mine, theirs), which holds both.
  void merge(const Facts& other, Ranges& ranges, auto combine);

  std::vector<std::pair<TermId, Interval>> known_;  ///< sorted by term
};

/// Adds "the bit `condition` is `truth`" and what follows for its operands. False: impossible.
bool assume(Facts& facts, TermId condition, bool truth, const TermPool& pool, Ranges& ranges);

/// The interval of a term from those of its operands under the facts, to a bounded depth: tighter than range().
Interval evaluate_deep(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges);

}  // namespace assay::verify::domains
