#pragma once
// What is visible at a point of a policy, and the range that a value can have there.
//
// Ranges serve the proposer only: to choose constants that matter, to leave out a clamp that changes nothing, to put one
// where a proof would fail. A wrong range costs a candidate, never soundness: the certificate decides.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evolve/mutate/build.h"
#include "tasks/contract.h"

namespace assay::evolve::mutate {

inline constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

/// Both ends included.
struct Interval {
  std::int64_t low = kLowest, high = kHighest;
  bool within(const Interval& outer) const { return low >= outer.low && high <= outer.high; }
  bool holds(std::int64_t value) const { return low <= value && value <= high; }
  bool is_point() const { return low == high; }
  bool operator==(const Interval&) const = default;
};

Interval join(const Interval& a, const Interval& b);

/// Wide arithmetic; nothing when the result can leave i64.
bool fits(std::string_view op, const Interval& a, const Interval& b, Interval& result);

struct Variable {
  std::string name;
  std::string type;
  bool assignable = false;  ///< a local that is not const, or (for a record) state of the policy
  Interval range;
};

struct Scope {
  const tasks::Contract* contract = nullptr;
  const Policy* policy = nullptr;  ///< for helpers
  std::size_t helpers = 0;         ///< functions of `policy` before this many may be called when they are helpers
  std::vector<Variable> variables;
  std::map<std::string, Interval> facts;  ///< by path_of: narrower than declared, here

  const Variable* variable(std::string_view name) const;
  void learn(const std::string& path, const Interval& range);  ///< meets with what is known
  void forget(const std::string& path);
  /// Every path that the statements assign; everything when they call a helper.
  void forget_assigned(const std::vector<Stmt>& statements);
};

Scope scope_of(const tasks::Contract& contract, const Policy& policy, std::size_t function);

/// The declared field that `expr` (a field, or the array under an index) names; nullptr for anything else.
const tasks::Field* field_of(const Expr& expr, const tasks::Contract& contract);

Interval range_of(const Expr& expr, const Scope& scope);

/// Narrows the facts by `condition` being `truth`.
void refine(Scope& scope, const Expr& condition, bool truth);

}  // namespace assay::evolve::mutate
