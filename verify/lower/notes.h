#pragma once
// Which variable of the source gets which value where, from the debug records of a module that was made to be told
// (verify/frontend/told.h). Internal to lowering; has no part in any proof.

#include <llvm/IR/Instruction.h>

#include "verify/lower/builder.h"
#include "verify/lower/instruction_reader.h"

namespace assay::verify::lower {

/// Notes what stands right before `at`. What has no value in the program (an address, an undefined one) is left out.
void read_notes(const llvm::Instruction& at, const InstructionReader& reader, Builder& builder, Program& program);

}  // namespace assay::verify::lower
