#pragma once
// `any<Record>()` for every record of a contract, as text that goes between policies/abi/property.h and properties.cpp.

#include <string>

#include "tasks/contract.h"

namespace assay::verify::properties {

/// Deterministic. Each leaf is one `assay_choose(min, max, line, column, record, leaf)`: `record` counts from 1 in the order of
/// the contract, `leaf` from 0 in the order of the layout.
std::string any_text(const tasks::Contract& contract);

struct Leaf {
  std::string name;  ///< ".size", ".hits.p10", ".length[2]"
  std::string type;  ///< "i64", "bool" or "f64"
  const tasks::Field* field = nullptr;
};
/// The leaves of a record in the order of its layout. Items of an Array are named by index.
std::vector<Leaf> leaves_of(const tasks::Contract& contract, const tasks::Record& record);

}  // namespace assay::verify::properties
