#pragma once
// An obligation as SMT-LIB text: the text that is archived is the text that is solved.
//
// Without doubles: over integers where every operation has an exact integer meaning, which is everything but bitwise operations between
// two variables; over bit-vectors otherwise. Both encodings are exact: neither adds nor loses a behaviour.
//
// With doubles: over reals (and integers), where a rounded result is any real within the rounding error of the exact one;
// that adds behaviours and loses none (real_printer.cpp), so unsat is a proof and sat is nothing. Over floating point and
// bit-vectors: exact, and slow.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "verify/lower/program.h"
#include "verify/lower/term.h"

namespace assay::verify::smt {

/// `unbounded`: the integers' text without the inputs' upper bounds and without what a path says of overflow. It has every model of the
/// integers' text and more, so unsat is a proof and sat is nothing; a law of arithmetic is often easier without the numbers.
enum class Theory : std::uint8_t { integers, bit_vectors, reals, floating_point, unbounded };
/// Whether a model is a counterexample.
inline bool is_exact(Theory theory) { return theory != Theory::reals && theory != Theory::unbounded; }
std::string_view name_of(Theory theory);

struct Question {
  const lower::Program& program;
  const lower::TermPool& pool;
  std::span<const lower::TermId> path;  ///< bits that hold
  lower::TermId violation;              ///< and the bit that must not
};

/// Asks whether declared inputs exist that satisfy the path and the violation: "unsat" is a proof.
/// nullopt: not expressible in the theory. `title` becomes a comment.
std::optional<std::string> write_query(const Question& question, Theory theory, const std::string& title);

/// All terms that the question is made of, operands first.
std::vector<lower::TermId> reachable_terms(const Question& question);

/// The name of an input in the text and in models: |object.size|.
std::string symbol(const lower::Input& input);

}  // namespace assay::verify::smt
