#pragma once
// Facts of the integers that solvers are slow to find: what products and quotients have to do with their operands, and
// with each other. Each is valid for all integers, so a question with them has the same answers as without.

#include <span>
#include <string>

#include "verify/smt/printer.h"

namespace assay::verify::smt {

/// Assertions, one per line, about the exact products and the divisions of two variables among `terms`. At most
/// kMostPairs pairs of each kind, in the order of the terms.
inline constexpr unsigned kMostPairs = 40;
std::string integer_lemmas(const Question& question, std::span<const lower::TermId> terms, const Printer& printer);

}  // namespace assay::verify::smt
