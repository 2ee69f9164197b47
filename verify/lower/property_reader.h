#pragma once
// What InstructionReader needs to know to read the words of properties.cpp. Internal to lowering.

#include <map>
#include <string>
#include <vector>

#include "tasks/contract.h"
#include "verify/lower/program.h"
#include "verify/properties/properties.h"

namespace assay::verify::lower {

struct PropertyWords {
  const tasks::Contract& contract;
  const properties::PropertySet& set;
  std::map<std::string, int> names = {};           ///< how many inputs have this name so far
  std::vector<std::uint32_t> choice_blocks = {};  ///< where an `any` stands
};

/// "a", "a.hits", "any at line 3": what takes the value of an `any`, and the field of it. Of the second and later value of that name
/// an input's name goes on with "#2", "#3".
std::string choice_name(const tasks::Contract& contract, const properties::PropertySet& set, Word line, Word column, Word record, Word leaf);

}  // namespace assay::verify::lower
