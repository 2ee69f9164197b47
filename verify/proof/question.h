#pragma once
// Obligations as one SMT-LIB text: "unsat" shows every one of them. Names in the text depend on nothing but the obligations.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "verify/proof/obligations.h"
#include "verify/smt/query.h"

namespace assay::verify::proof {

/// Obligations as one question over a pool of its own, whose terms are numbered by nothing but the obligations.
struct OwnQuestion {
  lower::TermPool pool;
  std::vector<lower::TermId> path;
  lower::TermId violation = lower::kNoTerm;
  smt::Question over(const lower::Program& program) const { return {program, pool, path, violation}; }
};

/// Satisfiable where at least one of the obligations fails. Requires: indices into `from.list`, not empty.
OwnQuestion question_of(const Obligations& from, std::span<const std::uint32_t> items);

/// The same as text: satisfiable where at least one of the obligations fails. nullopt: the theory cannot say it.
/// Requires: indices into `from.list`, not empty.
std::optional<std::string> write_text(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                                      Mode mode, smt::Theory theory);

}  // namespace assay::verify::proof
