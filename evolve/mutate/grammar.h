#pragma once
// Random expressions and statements for a point of a policy, derived from the contract: what is in scope, by type, with
// constants from the declared ranges and return values from the declared output range.

#include <optional>

#include "evolve/mutate/scope.h"
#include "evolve/random.h"

namespace assay::evolve::mutate {

class Grammar {
 public:
  /// `function`: of the contract, when the point stands in one; it says which values may be given back.
  Grammar(const Scope& scope, const tasks::Function* function, Random& random);

  Expr value(int depth);   ///< an i64
  Expr truth(int depth);   ///< a bool
  Expr returned(int depth);  ///< of the function's type
  Expr of_type(const std::string& type, int depth) { return type == "bool" ? truth(depth) : value(depth); }
  /// A field, local or parameter of the type; nothing when none is in scope.
  std::optional<Expr> leaf(const std::string& type);
  /// One that could stand for `like`: of its unit or its record where there is one.
  std::optional<Expr> leaf_like(const Expr& like);
  /// An update of the policy's state, alone or under a condition, or an early return.
  std::optional<Stmt> statement(int depth);

  /// Within `range`, on a logarithmic scale: small ones as often as large ones.
  std::int64_t constant(const Interval& range);

 private:
  struct Leaf {
    Expr expr;  ///< an array's leaf is the array itself
    Interval range;
    std::string unit, record;
    std::uint32_t array_length = 0;
    bool assignable = false;
  };
  void add_record(const Expr& base, const std::string& record, bool assignable);
  void add_field(const Expr& base, const tasks::Field& field, bool assignable);
  Expr use(const Leaf& leaf);
  const Leaf* pick_leaf();
  const Leaf* pick_leaf_of(const Leaf& like);
  Expr comparison();
  Expr scaled(const Leaf& leaf);
  Expr arithmetic(int depth);
  Stmt update(const Leaf& target, int depth);
  std::vector<Expr> choices() const;

  const Scope& scope_;
  const tasks::Function* function_;
  Random& random_;
  std::vector<Leaf> leaves_;
  std::vector<Expr> truths_;  ///< bool variables and fields
};

}  // namespace assay::evolve::mutate
