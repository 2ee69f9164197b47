#pragma once
// Values of an unrolled program as terms over its inputs: a hash-consed graph, so that equal terms have equal names.
//
// An `exact` sum, difference or product stands for the integer result. It is made only where the path to it excludes
// overflow, so on every execution that gets there it equals the wrapped one; elsewhere its value is never looked at.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "verify/lower/ops.h"

namespace assay::verify::lower {

using TermId = std::uint32_t;
inline constexpr TermId kNoTerm = ~TermId{0};

/// `symbol`: any value of its range, where a loop's effect is summed up; not an input, so a model is no counterexample.
enum class TermKind : std::uint8_t { constant, input, symbol, operation };

struct Term {
  TermKind kind = TermKind::constant;
  Op op = Op::add;
  bool exact = false;
  std::uint8_t width = 64;
  bool is_double = false;  ///< the value is a double, as its 64 bits; a constant of such bits is another term than the integer
  TermId a = kNoTerm, b = kNoTerm, c = kNoTerm;
  Word value = 0;  ///< constant: the value; input: its index in Program::inputs; symbol: its index in the pool
  bool operator==(const Term&) const = default;
};

struct Symbol {
  std::string name;
  unsigned width = 64;
  Word min = 0, max = 0;  ///< by the signed reading; what is assumed of it in every question that mentions it
  bool is_double = false;  ///< min and max as in lower::Input: -inf to inf is every double, NaN too
};

class TermPool {
 public:
  const Term& operator[](TermId id) const { return terms_[id]; }
  std::size_t size() const { return terms_.size(); }
  unsigned operand_width(const Term& term) const;

  TermId constant(Word value, unsigned width, bool is_double = false);
  TermId input(std::uint32_t index, unsigned width, bool is_double = false);
  /// A new unknown, different from every other. Names are unique: two symbols of one name are two unknowns.
  TermId symbol(Symbol symbol);
  const Symbol& symbol_of(TermId id) const { return symbols_[static_cast<std::size_t>(terms_[id].value)]; }
  /// Folds constants and simplifies by identities that hold for every defined operand.
  TermId make(Op op, unsigned width, TermId a, TermId b = kNoTerm, TermId c = kNoTerm, bool exact = false);

  TermId truth(bool value) { return constant(value, 1); }
  TermId negate(TermId bit);
  TermId both(TermId a, TermId b) { return make(Op::and_, 1, a, b); }
  TermId either(TermId a, TermId b) { return make(Op::or_, 1, a, b); }

  bool is_constant(TermId id) const { return terms_[id].kind == TermKind::constant; }
  bool is_constant(TermId id, Word value) const { return is_constant(id) && terms_[id].value == value; }
  /// The term whose negation this is, or kNoTerm.
  TermId negated(TermId bit) const;
  /// A number of zero bits that every value of the term ends in; looks only `depth` operations deep.
  unsigned trailing_zeros(TermId id, int depth = 6) const;

 private:
  struct Hash {
    std::size_t operator()(const Term& term) const;
  };
  TermId intern(const Term& term);
  TermId simplify_remainder(unsigned width, TermId a, TermId b);
  TermId simplify_bits(Op op, TermId a, TermId b);
  TermId simplify_select(unsigned width, TermId a, TermId b, TermId c);
  TermId simplify_equal(TermId a, TermId b);
  TermId simplify(Op op, unsigned width, TermId a, TermId b, TermId c);

  std::vector<Term> terms_;
  std::vector<Symbol> symbols_;
  std::unordered_map<Term, TermId, Hash> known_;
};

}  // namespace assay::verify::lower
