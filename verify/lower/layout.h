#pragma once
// The memory of a function of a contract: one object per record parameter, one slot per leaf field.

#include <expected>
#include <string>

#include "tasks/contract.h"
#include "verify/lower/program.h"

namespace assay::verify::lower {

/// Appends the object of `record` as the parameter `name` and its inputs. The Error names a field that cannot be laid out.
std::expected<std::uint32_t, std::string> add_record(Program& program, const tasks::Contract& contract,
                                                     const tasks::Record& record, const std::string& name, bool is_state);

}  // namespace assay::verify::lower
