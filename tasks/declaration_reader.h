#pragma once
// From Clang's declarations of a contract to the Contract's values, and what is wrong with them.

#include "tasks/contract_reader.h"

namespace clang {
class ASTContext;
}

namespace assay::tasks {

/// Where the contract stands in the file system that Clang sees.
inline constexpr char kContractPath[] = "/contract/policy.h";

/// Requires: `context` holds a translation unit that Clang found nothing wrong with, the abi included before the rest.
void read_declarations(clang::ASTContext& context, Reading& reading);

}  // namespace assay::tasks
