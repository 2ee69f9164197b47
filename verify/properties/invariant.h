#pragma once
// A candidate's own invariant: `bool invariant(const Mark& mark, const Memory& memory)`, where the contract offers it.
//
// Claimed of every state that a run can be in, for every choice of one record per parameter among those alive (of a record
// marked ASSAY_ONE there is one) and for the all-zero record, which may come to life at any time. By induction over calls:
//   - `invariant_holds_at_start`: of all-zero records;
//   - `invariant_kept_by_<function>`, for each function of the contract: any inputs of which it holds, and any other records
//     alive beside them of which it holds; after the call it holds of the ones that the call wrote, and of the others still.
// "Other" may be the all-zero record, so that it holds of records yet to come as well.
// Once all of these are proved, the rest may assume it at entry: the default claims are examined on `assay_given_<function>`,
// which assumes it and calls the function; properties.cpp says `assume_invariant(mark, memory)` where it wants it.

#include <optional>
#include <string>

#include "verify/ast.h"
#include "verify/properties/properties.h"

namespace assay::verify::properties {

/// Whether the policy defines an invariant that the contract offers.
bool has_invariant(const tasks::Contract& contract, const Policy& policy);

/// `set` and, after the task's own properties, those of the invariant; assume_invariant assumes it. What is proved from the
/// result holds only if every property with `is_of_invariant` is proved too; otherwise examine `set` itself.
/// nullopt: the policy has none.
std::optional<PropertySet> with_invariant(PropertySet set, const tasks::Contract& contract, const Policy& policy);

/// The name of a wrapper: a function of the contract's signature that assumes the invariant at entry.
std::string given_function_of(const tasks::Function& function);

/// Text that stands before properties.cpp: `assume_invariant`, which assumes nothing unless `is_assumed`.
std::string assume_invariant_text(const tasks::Contract& contract, bool is_assumed);

}  // namespace assay::verify::properties
