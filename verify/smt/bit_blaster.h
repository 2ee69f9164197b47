#pragma once
// A question over bit-vectors as clauses: satisfiable exactly if the question is. The machine's own arithmetic, bit by bit.
//
// Where an operation is undefined (division by zero, a shift by too much) its bits are some function of the operands: such a
// value is never looked at on an execution that gets there, and that it is not is an obligation of its own.

#include "verify/smt/cnf.h"
#include "verify/smt/query.h"

namespace assay::verify::smt {

struct BlastLimits {
  std::size_t most_clauses = 400'000;
  unsigned widest_product = 32;  ///< of two variables; quotients too
};

/// The Error: too large, or about doubles. The same question gives the same clauses, byte for byte.
Result<Cnf> bit_blast(const Question& question, const BlastLimits& limits);

}  // namespace assay::verify::smt
