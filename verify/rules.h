#pragma once
// The static rules of the policy language over a Policy and its contract: types, names, scopes, calls, writes, returns.
//
// The screen runs them on what it built from Clang's AST; the parent runs them again on what came out of the jail; a
// mutation runs them on what it made. A policy without findings is emitted as valid C++ whose parse is the same policy.

#include <set>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "tasks/contract.h"
#include "verify/ast.h"

namespace assay::verify {

/// Everything that is wrong, in the order of the text; empty: the policy is in the language.
///   unfinished: functions whose body is not there to be judged (the screen has said why)
std::vector<Diagnostic> check(const Policy& policy, const tasks::Contract& contract,
                              const std::set<std::string>& unfinished = {});

}  // namespace assay::verify
