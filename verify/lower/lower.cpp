#include "verify/lower/lower.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

#include "verify/lower/function_reader.h"
#include "verify/lower/property_reader.h"
#include "verify/properties/invariant.h"

namespace assay::verify::lower {

namespace {

Result<std::unique_ptr<llvm::Module>> parse(const std::string& bitcode, llvm::LLVMContext& context) {
  auto buffer = llvm::MemoryBuffer::getMemBuffer(bitcode, "policy.bc", false);
  auto module = llvm::parseBitcodeFile(buffer->getMemBufferRef(), context);
  if (!module) return fail("lowering: the checked IR does not parse: " + llvm::toString(module.takeError()));
  return std::move(*module);
}

/// `read` of the definition of `symbol`, if there is one.
template <class Read>
LoweredFunction lowered(const llvm::Module& module, const std::string& name, const std::string& symbol, Read read) {
  const llvm::Function* body = module.getFunction(symbol);
  if (body == nullptr || body->isDeclaration()) return {name, std::unexpected(Unsupported{"the checked IR does not define " + symbol})};
  return {name, read(*body)};
}

}  // namespace

Result<std::vector<LoweredFunction>> lower_functions(const std::string& bitcode, const tasks::Contract& contract) {
  llvm::LLVMContext context;
  auto module = parse(bitcode, context);
  if (!module) return std::unexpected(module.error());
  std::vector<LoweredFunction> out;
  for (const tasks::Function& function : contract.functions)
    out.push_back(lowered(**module, function.name, function.name, [&](const llvm::Function& body) { return read_function(body, contract, function); }));
  return out;
}

Result<std::vector<LoweredFunction>> lower_properties(const std::string& bitcode, const tasks::Contract& contract,
                                                      const properties::PropertySet& set) {
  llvm::LLVMContext context;
  auto module = parse(bitcode, context);
  if (!module) return std::unexpected(module.error());
  std::vector<LoweredFunction> out;
  for (const properties::Property& property : set.properties)
    out.push_back(lowered(**module, property.name, function_of(property), [&](const llvm::Function& body) {
      PropertyWords words{contract, set};
      return read_property(body, property.name, words);
    }));
  return out;
}

Result<std::vector<LoweredFunction>> lower_given(const std::string& bitcode, const tasks::Contract& contract,
                                                 const properties::PropertySet& set) {
  llvm::LLVMContext context;
  auto module = parse(bitcode, context);
  if (!module) return std::unexpected(module.error());
  std::vector<LoweredFunction> out;
  for (const tasks::Function& function : contract.functions)
    out.push_back(lowered(**module, function.name, properties::given_function_of(function), [&](const llvm::Function& body) {
      PropertyWords words{contract, set};
      return read_given(body, function, words);
    }));
  return out;
}

}  // namespace assay::verify::lower
