#pragma once
// One parse of a contract by Clang 19, in process, over a file system that holds the header and the abi and nothing else.

#include <string>
#include <vector>

#include "tasks/contract.h"

namespace assay::tasks {

/// A place in the contract and a sentence: what is wrong; how to mend it.
struct Problem {
  int line = 0;
  int column = 0;
  std::string message;
  auto operator<=>(const Problem&) const = default;
};

struct Reading {
  Contract contract;  ///< path and digest are the caller's to fill; meaningful only without problems
  std::vector<AbiFunction> abi_functions;
  std::vector<Problem> problems;  ///< in order of place
};

Reading parse_contract(const std::string& text);

}  // namespace assay::tasks
