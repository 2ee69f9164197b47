#pragma once
// What is known of terms at one point of the unrolled program: an abstract value per term, refined by the branches on the way.
//
// gamma(facts) = the inputs (in their declared ranges) under which every listed term lies in its value. A term that is not
// listed has its base value, which follows from the declared ranges alone.
//
// Values are kept once in Ranges and listed by number, so that facts are small to copy; facts mean nothing without the
// Ranges they were made with. The value of a double is that of its order key (float_interval.h).

#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "verify/domains/integer.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"

namespace assay::verify::domains {

using lower::TermId;
using lower::TermPool;

/// Base values of all terms of a pool, computed as the pool grows, and every value that facts list.
class Ranges {
 public:
  using Number = std::uint32_t;

  Ranges(const TermPool& pool, const lower::Program& program) : pool_(pool), program_(program) {}
  Ranges(const Ranges&) = delete;  // numbers_ points into values_
  Ranges& operator=(const Ranges&) = delete;
  const Interval& base(TermId id) { return base_value(id).range; }  ///< the signed range of base_value
  const Integer& base_value(TermId id) { return values_[base_number(id)]; }
  unsigned width(TermId id) const { return pool_[id].width; }
  const TermPool& pool() const { return pool_; }

  Number base_number(TermId id);
  /// Equal values have equal numbers.
  Number number(const Integer& value);
  const Integer& operator[](Number number) const { return values_[number]; }  ///< stays where it is

 private:
  struct Hash {
    std::size_t operator()(const Integer* value) const;
  };
  struct Equal {
    bool operator()(const Integer* a, const Integer* b) const { return *a == *b; }
  };
  Integer base_of(TermId id) const;

  const TermPool& pool_;
  const lower::Program& program_;
  std::deque<Integer> values_;
  std::unordered_map<const Integer*, Number, Hash, Equal> numbers_;
  std::vector<Number> base_;
};

class Facts {
 public:
  const Integer& value(TermId id, Ranges& ranges) const { return ranges[number(id, ranges)]; }
  Interval range(TermId id, Ranges& ranges) const { return value(id, ranges).range; }  ///< signed
  /// Adds a fact. False: it contradicts what is known, so no execution gets here.
  bool restrict_to(TermId id, const Interval& to, Ranges& ranges);
  bool restrict_to(TermId id, const Integer& to, Ranges& ranges);
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
  using Number = Ranges::Number;
  using Entry = std::pair<TermId, Number>;
  Number number(TermId id, Ranges& ranges) const;
  void replace(TermId id, Number now);
  /// Keeps the terms listed on both sides, each with combine(mine, theirs), which holds both.
  void merge(const Facts& other, Ranges& ranges, auto combine);

  std::vector<Entry> known_;  ///< sorted by term
};

/// Adds "the bit `condition` is `truth`" and what follows for its operands. False: impossible.
bool assume(Facts& facts, TermId condition, bool truth, const TermPool& pool, Ranges& ranges);

/// What one operation makes of its operands' values under the facts; a choice between two terms counts each side only with
/// what the condition says of it. For anything but an operation: its value.
Integer evaluate_once(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges);

/// The value of a term from those of its operands under the facts, to a bounded depth: tighter than value().
Integer evaluate_deep_value(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges);
/// Its signed range.
Interval evaluate_deep(const Facts& facts, TermId id, const TermPool& pool, Ranges& ranges);

}  // namespace assay::verify::domains
