#pragma once
// Obligations as one SMT-LIB text: "unsat" shows every one of them. Names in the text depend on nothing but the obligations.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "verify/proof/obligations.h"
#include "verify/smt/query.h"

namespace assay::verify::proof {

/// Satisfiable where at least one of the obligations fails. nullopt: the theory cannot say it.
/// Requires: indices into `from.list`, not empty.
std::optional<std::string> write_text(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                                      Mode mode, smt::Theory theory);

}  // namespace assay::verify::proof
