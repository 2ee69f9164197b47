#pragma once
// One call of a function as terms over its inputs, copies of it for each step, and their text over integers.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "verify/domains/explore.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"
#include "verify/network/script.h"

namespace assay::verify::network {

struct CallTerms {
  lower::TermId result = lower::kNoTerm;
  std::map<std::uint32_t, lower::TermId> state;  ///< by index in Program::inputs: what the slot holds afterwards
};

/// Whether what ranges leave open cannot happen, by other means.
using Settle = std::function<Result<bool>(const lower::Program&, const lower::TermPool&, const domains::Obligation&)>;

/// The Error: the function can go wrong for some declared input, or is beyond the engine.
Result<CallTerms> one_call(const lower::Program& program, lower::TermPool& pool, std::uint64_t instruction_bound, const Settle& settle = {});

bool is_state(const lower::Program& program, std::uint32_t slot);

/// Every term that the roots are made of.
std::set<lower::TermId> reachable(const lower::TermPool& pool, std::span<const lower::TermId> roots);
/// The same without what stands only below a product, quotient or shift of two unknowns.
std::set<lower::TermId> linear_part(const lower::TermPool& pool, std::span<const lower::TermId> roots);
/// No product, quotient or shift among them has two unknown operands.
bool is_linear(const lower::TermPool& pool, const std::set<lower::TermId>& terms);

/// Copies a term with every input replaced.
class Instance {
 public:
  Instance(lower::TermPool& pool, const std::vector<lower::TermId>& inputs) : pool_(pool), inputs_(inputs) {}
  lower::TermId operator()(lower::TermId id);

 private:
  lower::TermPool& pool_;
  const std::vector<lower::TermId>& inputs_;
  std::map<lower::TermId, lower::TermId> done_;
};

/// Symbols with their ranges and operations with their definitions, of `terms`, in order: operands come first.
void write_terms(Script& script, const lower::Program& program, const lower::TermPool& pool, const std::set<lower::TermId>& terms);
/// The same, but a product, quotient or shift of two unknowns is any value that the linear facts about its operands allow, of those that
/// are among `terms`. Each fact follows from the definition that is left out: what has no model has none with write_terms().
void write_loosely(Script& script, const lower::Program& program, const lower::TermPool& pool, const std::set<lower::TermId>& terms);
/// The text of one of them.
std::string term_name(const lower::Program& program, const lower::TermPool& pool, lower::TermId id);

}  // namespace assay::verify::network
