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

}  // namespace assay::verify::lower
