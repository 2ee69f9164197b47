#include "verify/frontend/bpf_forget.h"

#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <vector>

namespace assay::verify::frontend {
namespace {

bool is_counter(const llvm::Value* value, const llvm::Loop* loop, llvm::ScalarEvolution& evolution) {
  if (!evolution.isSCEVable(value->getType())) return false;
  const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(const_cast<llvm::Value*>(value)));
  return recurrence != nullptr && recurrence->getLoop() == loop;
}

/// Some exit is taken after so many rounds as a counter says: the verifier sees the end without the rest.
bool is_counted(llvm::Loop* loop, llvm::ScalarEvolution& evolution) {
  llvm::SmallVector<llvm::BasicBlock*, 4> exits;
  loop->getExitingBlocks(exits);
  return std::ranges::any_of(exits, [&](llvm::BasicBlock* block) {
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    const auto* compare = branch != nullptr && branch->isConditional() ? llvm::dyn_cast<llvm::ICmpInst>(branch->getCondition()) : nullptr;
    if (compare == nullptr || !llvm::isa<llvm::SCEVConstant>(evolution.getExitCount(loop, block))) return false;
    return std::ranges::any_of(compare->operands(), [&](const llvm::Use& use) { return is_counter(use.get(), loop, evolution); });
  });
}

void forget(llvm::PHINode& carried) {
  llvm::IRBuilder<> builder(carried.getParent(), carried.getParent()->getFirstInsertionPt());
  builder.SetCurrentDebugLocation(carried.getDebugLoc());
  llvm::Type* type = carried.getType();
  auto* by_one = llvm::InlineAsm::get(llvm::FunctionType::get(type, {type}, false), "$0 /= 1", "=r,0", false);
  llvm::CallInst* same = builder.CreateCall(by_one, {&carried});
  carried.replaceUsesWithIf(same, [&](const llvm::Use& use) { return use.getUser() != same; });
}

void forget_in_loops(llvm::Function& function) {
  llvm::DominatorTree dominators(function);
  llvm::LoopInfo loops(dominators);
  if (loops.empty()) return;
  llvm::AssumptionCache assumptions(function);
  llvm::TargetLibraryInfoImpl known{llvm::Triple(function.getParent()->getTargetTriple())};
  llvm::TargetLibraryInfo library(known);
  llvm::ScalarEvolution evolution(function, library, assumptions, dominators, loops);
  std::vector<llvm::PHINode*> carried;
  for (llvm::Loop* loop : loops.getLoopsInPreorder()) {
    if (!is_counted(loop, evolution)) continue;
    for (llvm::PHINode& phi : loop->getHeader()->phis())
      if (phi.getType()->isIntegerTy(64) && !is_counter(&phi, loop, evolution)) carried.push_back(&phi);
  }
  for (llvm::PHINode* phi : carried) forget(*phi);
}

}  // namespace

void forget_in_loops(llvm::Module& module) {
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) forget_in_loops(function);
}

}  // namespace assay::verify::frontend
