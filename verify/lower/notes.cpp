#include "verify/lower/notes.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DebugProgramInstruction.h>

#include <optional>

namespace assay::verify::lower {
namespace {

constexpr llvm::StringRef kHelperPrefix = "policy__";  ///< toolchain.h: helpers are renamed where other code stands beside them

std::optional<ValueId> value_of(const llvm::Value* value, const InstructionReader& reader, Builder& builder) {
  if (value == nullptr) return std::nullopt;
  if (auto* number = llvm::dyn_cast<llvm::ConstantInt>(value); number != nullptr && number->getBitWidth() <= 64)
    return builder.constant(word_of(number->getValue()), number->getBitWidth());
  if (auto* real = llvm::dyn_cast<llvm::ConstantFP>(value); real != nullptr && real->getType()->isDoubleTy())
    return builder.constant(word_of(real->getValueAPF().bitcastToAPInt()), 64, true);
  return reader.find(*value);
}

Note::Kind kind_of(const llvm::DILocalVariable& variable) {
  const llvm::DIType* type = variable.getType();
  while (auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) type = derived->getBaseType();
  auto* basic = llvm::dyn_cast_or_null<llvm::DIBasicType>(type);
  if (basic != nullptr && basic->getEncoding() == llvm::dwarf::DW_ATE_boolean) return Note::Kind::truth;
  if (basic != nullptr && basic->getEncoding() == llvm::dwarf::DW_ATE_float) return Note::Kind::real;
  return Note::Kind::number;
}

/// Of a function that was inlined: "helper::x".
std::string name_of(const llvm::DILocalVariable& variable, const llvm::DILocation& place) {
  std::string name = variable.getName().str();
  const llvm::DISubprogram* function = variable.getScope()->getSubprogram();
  if (place.getInlinedAt() == nullptr || function == nullptr) return name;
  llvm::StringRef owner = function->getName();
  owner.consume_front(kHelperPrefix);
  return owner.str() + "::" + name;
}

void read_note(llvm::DbgVariableRecord& record, const InstructionReader& reader, Builder& builder, Program& program) {
  const llvm::DILocation* place = record.getDebugLoc().get();
  if (place == nullptr || !record.isDbgValue() || record.getExpression()->getNumElements() != 0) return;
  const bool in_properties = place->getFilename().ends_with("properties.cpp");
  if (!in_properties && !place->getFilename().ends_with("policy.cpp")) return;
  const llvm::DILocalVariable& variable = *record.getVariable();
  if (variable.isParameter() && place->getInlinedAt() == nullptr) return;  // an input, told already
  auto value = value_of(record.getVariableLocationOp(0), reader, builder);
  if (!value) return;
  auto at = static_cast<std::uint32_t>(program.blocks[builder.block()].instructions.size());
  program.notes.push_back({builder.block(), at, *value, name_of(variable, *place), static_cast<int>(place->getLine()), in_properties, kind_of(variable)});
}

}  // namespace

void read_notes(const llvm::Instruction& at, const InstructionReader& reader, Builder& builder, Program& program) {
  for (llvm::DbgVariableRecord& record : llvm::filterDbgVars(at.getDbgRecordRange())) read_note(record, reader, builder, program);
}

}  // namespace assay::verify::lower
