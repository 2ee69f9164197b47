#include "verify/lower/lower.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

#include "verify/lower/function_reader.h"

namespace assay::verify::lower {

Result<std::vector<LoweredFunction>> lower_functions(const std::string& bitcode, const tasks::Contract& contract) {
  llvm::LLVMContext context;
  auto buffer = llvm::MemoryBuffer::getMemBuffer(bitcode, "policy.bc", false);
  auto module = llvm::parseBitcodeFile(buffer->getMemBufferRef(), context);
  if (!module) return fail("lowering: the checked IR does not parse: " + llvm::toString(module.takeError()));
  std::vector<LoweredFunction> out;
  for (const tasks::Function& function : contract.functions) {
    const llvm::Function* body = (*module)->getFunction(function.name);
    if (body == nullptr || body->isDeclaration()) {
      out.push_back({function.name, std::unexpected(Unsupported{"the checked IR does not define " + function.name})});
    } else {
      out.push_back({function.name, read_function(*body, contract, function)});
    }
  }
  return out;
}

}  // namespace assay::verify::lower
