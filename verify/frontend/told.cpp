#include "verify/frontend/told.h"

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DebugProgramInstruction.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

#include <vector>

namespace assay::verify::frontend {
namespace {

/// A parameter's store has no place of its own: it gets the parameter's.
const llvm::DILocation* place_of(const llvm::StoreInst& store, const llvm::DILocalVariable& variable) {
  if (const llvm::DILocation* place = store.getDebugLoc().get(); place != nullptr && place->getLine() != 0) return place;
  return llvm::DILocation::get(store.getContext(), variable.getLine(), 0, variable.getScope());
}

void mark_stores(llvm::Value& variable_memory, llvm::DILocalVariable& variable) {
  std::vector<llvm::StoreInst*> stores;
  for (llvm::User* user : variable_memory.users())
    if (auto* store = llvm::dyn_cast<llvm::StoreInst>(user); store != nullptr && store->getPointerOperand() == &variable_memory) stores.push_back(store);
  for (llvm::StoreInst* store : stores) {
    llvm::Value* value = store->getValueOperand();
    if (!value->getType()->isIntegerTy() && !value->getType()->isDoubleTy()) continue;
    auto* none = llvm::DIExpression::get(store->getContext(), {});
    auto* record = llvm::DbgVariableRecord::createDbgVariableRecord(value, &variable, none, place_of(*store, variable));
    store->getParent()->insertDbgRecordAfter(record, store);
  }
}

std::vector<llvm::DbgVariableRecord*> declarations(llvm::Function& function) {
  std::vector<llvm::DbgVariableRecord*> out;
  for (llvm::Instruction& at : llvm::instructions(function))
    for (llvm::DbgVariableRecord& record : llvm::filterDbgVars(at.getDbgRecordRange()))
      if (record.isDbgDeclare()) out.push_back(&record);
  return out;
}

}  // namespace

void mark_assignments(llvm::Module& module) {
  module.setIsNewDbgInfoFormat(true);
  for (llvm::Function& function : module)
    for (llvm::DbgVariableRecord* declaration : declarations(function)) {
      if (llvm::Value* memory = declaration->getAddress()) mark_stores(*memory, *declaration->getVariable());
      declaration->eraseFromParent();
    }
}

}  // namespace assay::verify::frontend
