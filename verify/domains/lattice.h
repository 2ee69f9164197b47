#pragma once
// What every abstract domain of words is: a value with a meaning (gamma), an order, and the operations that make it a lattice.
//
// A word is canonical for its width (verify/lower/ops.h). An abstract value stands for a set of words, gamma; there is no
// value for the empty set: meet() answers nullopt, and only if no word lies in both. Laws, checked for every domain of
// the table in tests/verify/domain_laws_test.cpp:
//   contains(v)       <=>  v in gamma
//   leq(a, b)          =>  gamma(a) in gamma(b);  reflexive, transitive
//   join(a, b)         =>  holds gamma(a) and gamma(b)
//   meet(a, b)         =>  holds what is in both; empty only if nothing is
//   widen(a, b, ...)   =>  holds both; a, widen(a, b1), widen(that, b2), ... stands still after finitely many steps
//   narrow(a, b, ...)  =>  with leq(b, a): between b and a; repeated, it stands still
//   transfer(op, ...)  =>  holds every defined result of op on members of the operands

#include <concepts>
#include <optional>
#include <span>

#include "verify/lower/ops.h"

namespace assay::verify::domains {

using lower::Op;
using lower::UnsignedWord;
using lower::Word;

/// Thresholds are sorted canonical words: bounds at which a widening may pause.
template <class D>
concept Lattice = std::regular<D> && requires(const D& a, const D& b, Word word, unsigned width, std::span<const Word> thresholds) {
  { D::top(width) } -> std::same_as<D>;
  { D::of(word, width) } -> std::same_as<D>;
  { a.contains(word) } -> std::same_as<bool>;
  { leq(a, b) } -> std::same_as<bool>;
  { join(a, b) } -> std::same_as<D>;
  { meet(a, b) } -> std::same_as<std::optional<D>>;
  { widen(a, b, thresholds, width) } -> std::same_as<D>;
  { narrow(a, b, width) } -> std::same_as<D>;
};

/// Undefined results (division by zero, too large a shift) are not covered: they are obligations of their own.
/// `exact`: for add, sub, mul and shl, the caller knows that the signed result does not wrap. Operands that `op` does not
/// read may be anything.
template <class D>
concept Transforms = Lattice<D> && requires(Op op, unsigned width, const D& a, bool exact) {
  { transfer(op, width, width, a, a, a, exact) } -> std::same_as<D>;
};

}  // namespace assay::verify::domains
