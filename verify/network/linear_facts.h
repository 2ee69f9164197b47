#pragma once
// What linear arithmetic can say of a product or quotient of two unknowns, in place of its definition.

#include <string>

#include "verify/lower/term.h"
#include "verify/smt/printer.h"

namespace assay::verify::network {

/// Assertions, one a line; each follows from the definition that `printer` gives of the term. "" where there is none.
std::string linear_facts(const lower::TermPool& pool, lower::TermId id, const smt::Printer& printer);

}  // namespace assay::verify::network
