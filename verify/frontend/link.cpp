#include "verify/frontend/link.h"

#include <llvm/ExecutionEngine/JITSymbol.h>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace assay::verify::frontend {
namespace {

constexpr std::uintptr_t kPage = 4096;
constexpr std::uintptr_t kMaxImage = 16u << 20;

/// Hands out all sections from one block, whose offsets are those of the image.
class Slab : public llvm::RuntimeDyld::MemoryManager {
 public:
  /// Room for sections of `bytes` together.
  explicit Slab(std::uintptr_t bytes) : capacity_((bytes + 64 * kPage) / kPage * kPage) {
    block_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(kPage, capacity_)));
    if (block_ != nullptr) std::memset(block_.get(), 0, capacity_);
  }

  std::uint8_t* allocateCodeSection(uintptr_t size, unsigned alignment, unsigned, llvm::StringRef) override {
    return allocate(size, alignment);
  }
  std::uint8_t* allocateDataSection(uintptr_t size, unsigned alignment, unsigned, llvm::StringRef, bool) override {
    return allocate(size, alignment);
  }
  void registerEHFrames(std::uint8_t*, std::uint64_t, std::size_t) override {}
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string*) override { return false; }

  const std::vector<std::uint8_t*>& sections() const { return sections_; }
  std::uint64_t offset_of(const void* local) const { return static_cast<const std::uint8_t*>(local) - block_.get(); }
  bool overflowed() const { return overflowed_; }
  std::string bytes() const { return {reinterpret_cast<const char*>(block_.get()), used_}; }

 private:
  struct Free {
    void operator()(std::uint8_t* block) const { std::free(block); }
  };

  std::uint8_t* allocate(uintptr_t size, unsigned alignment) {
    const std::uintptr_t align = alignment == 0 ? 16 : alignment;
    const std::uintptr_t begin = (used_ + align - 1) / align * align;
    if (block_ == nullptr || align > kPage || size > capacity_ || begin > capacity_ - size) {
      overflowed_ = true;
      return nullptr;
    }
    used_ = begin + size;
    sections_.push_back(block_.get() + begin);
    return sections_.back();
  }

  std::unique_ptr<std::uint8_t, Free> block_;
  std::uintptr_t capacity_ = 0, used_ = 0;
  std::vector<std::uint8_t*> sections_;
  bool overflowed_ = false;
};

/// Knows no symbol: an image needs none from outside.
class NoSymbols : public llvm::JITSymbolResolver {
 public:
  void lookup(const LookupSet& symbols, OnResolvedFunction on_resolved) override {
    for (llvm::StringRef symbol : symbols) missing_ += (missing_.empty() ? "" : ", ") + symbol.str();
    if (missing_.empty()) return on_resolved(LookupResult());
    on_resolved(llvm::createStringError(llvm::inconvertibleErrorCode(), "needs " + missing_));
  }
  llvm::Expected<LookupSet> getResponsibilitySet(const LookupSet& symbols) override { return symbols; }

 private:
  std::string missing_;
};

/// Constants that hold addresses are written once, by the linker, and belong to the image.
bool is_relocated_constant(llvm::StringRef name) { return name.starts_with(".data.rel.ro"); }

std::string writable_section(const llvm::object::ObjectFile& object) {
  for (const llvm::object::SectionRef& section : object.sections()) {
    const auto flags = llvm::object::ELFSectionRef(section).getFlags();
    auto name = section.getName();
    if (!name) {
      llvm::consumeError(name.takeError());
      return "(a section without a name)";
    }
    const bool writable = (flags & llvm::ELF::SHF_ALLOC) != 0 && (flags & llvm::ELF::SHF_WRITE) != 0;
    if (writable && section.getSize() > 0 && !is_relocated_constant(*name)) return name->str();
  }
  return {};
}

std::unexpected<std::string> refuse(std::string why) { return std::unexpected(std::move(why)); }

using Object = std::unique_ptr<llvm::object::ObjectFile>;

std::expected<Object, std::string> open_object(std::string_view bytes) {
  auto object = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(llvm::StringRef(bytes.data(), bytes.size()), "policy.o"));
  if (!object) return refuse("no object: " + llvm::toString(object.takeError()));
  if (std::string name = writable_section(**object); !name.empty())
    return refuse("the code has variables that last between calls (section " + name + "); state lives in records");
  return std::move(*object);
}

}  // namespace

std::expected<FlatImage, std::string> link_flat(const std::vector<std::string_view>& objects, std::uint64_t load_address,
                                                std::string_view entry) {
  std::uintptr_t size = 0;
  for (std::string_view bytes : objects) size += bytes.size();
  if (size > kMaxImage) return refuse("the code is too large");
  Slab slab(size);
  NoSymbols symbols;
  const std::vector<std::string> aligned(objects.begin(), objects.end());  // LLVM reads structures in place
  std::vector<Object> opened;                                                // outlive the loader, which keeps their names
  llvm::RuntimeDyld loader(slab, symbols);
  for (const std::string& bytes : aligned) {
    auto object = open_object(bytes);
    if (!object) return std::unexpected(object.error());
    opened.push_back(std::move(*object));
    loader.loadObject(*opened.back());
    if (slab.overflowed()) return refuse("the code is too large");
  }
  for (std::uint8_t* section : slab.sections())
    loader.mapSectionAddress(section, load_address + slab.offset_of(section));
  loader.resolveRelocations();
  if (loader.hasError()) return refuse("the code cannot stand alone: " + loader.getErrorString().str());
  const void* start = loader.getSymbolLocalAddress(llvm::StringRef(entry.data(), entry.size()));
  if (start == nullptr) return refuse("there is no " + std::string(entry));
  return FlatImage{slab.bytes(), slab.offset_of(start)};
}

}  // namespace assay::verify::frontend
