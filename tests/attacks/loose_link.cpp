#include "tests/attacks/loose_link.h"

#include <llvm/ExecutionEngine/JITSymbol.h>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace assay::attacks {
namespace {

class Slab : public llvm::RuntimeDyld::MemoryManager {
 public:
  Slab() : block_(static_cast<std::uint8_t*>(std::aligned_alloc(4096, kBytes)), &std::free) { std::memset(block_.get(), 0, kBytes); }
  std::uint8_t* allocateCodeSection(uintptr_t size, unsigned alignment, unsigned, llvm::StringRef) override { return take(size, alignment); }
  std::uint8_t* allocateDataSection(uintptr_t size, unsigned alignment, unsigned, llvm::StringRef, bool) override { return take(size, alignment); }
  void registerEHFrames(std::uint8_t*, std::uint64_t, std::size_t) override {}
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string*) override { return false; }

  std::vector<std::uint8_t*> sections;
  std::uint64_t offset_of(const void* at) const { return static_cast<const std::uint8_t*>(at) - block_.get(); }
  std::string bytes() const { return {reinterpret_cast<const char*>(block_.get()), used_}; }
  bool is_full = false;

 private:
  static constexpr std::size_t kBytes = 4u << 20;
  std::uint8_t* take(std::size_t size, unsigned alignment) {
    const std::size_t align = alignment == 0 ? 16 : alignment, begin = (used_ + align - 1) / align * align;
    if (size > kBytes || begin > kBytes - size) return is_full = true, nullptr;
    used_ = begin + size;
    sections.push_back(block_.get() + begin);
    return sections.back();
  }
  std::unique_ptr<std::uint8_t, decltype(&std::free)> block_;
  std::size_t used_ = 0;
};

class ZeroForMissing : public llvm::JITSymbolResolver {
 public:
  void lookup(const LookupSet& symbols, OnResolvedFunction done) override {
    LookupResult found;
    for (llvm::StringRef symbol : symbols) found[symbol] = llvm::JITEvaluatedSymbol(0, llvm::JITSymbolFlags::Absolute);
    done(std::move(found));
  }
  llvm::Expected<LookupSet> getResponsibilitySet(const LookupSet& symbols) override { return symbols; }
  bool allowsZeroSymbols() override { return true; }
};

}  // namespace

std::optional<verify::frontend::Image> link_loosely(const std::string& object, std::string_view entry) {
  auto opened = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "policy.o"));
  if (!opened) {
    llvm::consumeError(opened.takeError());
    return std::nullopt;
  }
  Slab slab;
  ZeroForMissing symbols;
  llvm::RuntimeDyld loader(slab, symbols);
  loader.loadObject(**opened);
  if (slab.is_full) return std::nullopt;
  for (std::uint8_t* section : slab.sections)
    loader.mapSectionAddress(section, verify::frontend::kLoadAddress + slab.offset_of(section));
  loader.resolveRelocations();
  const void* start = loader.getSymbolLocalAddress(llvm::StringRef(entry.data(), entry.size()));
  if (start == nullptr) return std::nullopt;
  verify::frontend::Image image;
  image.bytes = slab.bytes();
  image.entry_offset = slab.offset_of(start);
  image.ir_digest = std::string(32, '\0');
  return image;
}

}  // namespace assay::attacks
