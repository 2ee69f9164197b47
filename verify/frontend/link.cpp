#include "verify/frontend/link.h"

#include <memory>

// LLVM 19's ScopedPrinter.h destroys a std::unique_ptr of this before it defines it; in C++23, Clang refuses that. Nothing here
// makes one.
namespace llvm {
struct DelimitedScope;
}
template <>
struct std::default_delete<llvm::DelimitedScope> {
  void operator()(llvm::DelimitedScope*) const {}
};

#include <llvm/ExecutionEngine/JITSymbol.h>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <cstdlib>
#include <cstring>
#include <set>
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

std::unexpected<std::string> refuse(std::string why) { return std::unexpected(std::move(why)); }

using Object = std::unique_ptr<llvm::object::ObjectFile>;
using Checked = std::expected<void, std::string>;

/// Of what is loaded, code and constants, and the unwind tables that nobody reads. Everything else (variables, constructors, thread-local
/// storage, notes for a loader) is refused by not being here.
bool is_known_section(llvm::StringRef name, std::uint32_t type, std::uint64_t flags) {
  constexpr std::uint64_t kAllowedFlags = llvm::ELF::SHF_ALLOC | llvm::ELF::SHF_EXECINSTR | llvm::ELF::SHF_MERGE |
                                          llvm::ELF::SHF_STRINGS | llvm::ELF::SHF_GROUP | llvm::ELF::SHF_X86_64_LARGE;
  if ((flags & ~kAllowedFlags) != 0) return false;
  if (name == ".eh_frame") return (flags & llvm::ELF::SHF_EXECINSTR) == 0;
  if (type != llvm::ELF::SHT_PROGBITS) return false;
  const bool code = name == ".text" || name.starts_with(".text.");
  const bool constants = name == ".rodata" || name.starts_with(".rodata.");
  return (code || constants) && code == ((flags & llvm::ELF::SHF_EXECINSTR) != 0);
}

/// Relative to where the image lies: the others would be wrong at any address but one.
bool is_relative(std::uint64_t relocation) {
  switch (relocation) {
    case llvm::ELF::R_X86_64_NONE:
    case llvm::ELF::R_X86_64_PC32:
    case llvm::ELF::R_X86_64_PC64:
    case llvm::ELF::R_X86_64_PLT32: return true;
  }
  return false;
}

Checked check_section(const llvm::object::SectionRef& section) {
  const llvm::object::ELFSectionRef elf(section);
  auto name = section.getName();
  if (!name) {
    llvm::consumeError(name.takeError());
    return refuse("a section without a name");
  }
  if ((elf.getFlags() & llvm::ELF::SHF_ALLOC) == 0 || section.getSize() == 0) return {};
  if (is_known_section(*name, elf.getType(), elf.getFlags())) return {};
  if ((elf.getFlags() & llvm::ELF::SHF_WRITE) != 0)
    return refuse("the code has variables that last between calls (section " + name->str() + "); state lives in records");
  return refuse("the code has a section " + name->str() + ", which an image cannot have");
}

/// Those of sections that are loaded.
Checked check_relocations(const llvm::object::SectionRef& table) {
  auto target = table.getRelocatedSection();
  if (!target) return refuse("no object: " + llvm::toString(target.takeError()));
  const auto* object = table.getObject();
  if (*target == object->section_end() || (llvm::object::ELFSectionRef(**target).getFlags() & llvm::ELF::SHF_ALLOC) == 0) return {};
  if ((*target)->getName() && *(*target)->getName() == ".eh_frame") return {};
  for (const llvm::object::RelocationRef& relocation : table.relocations())
    if (!is_relative(relocation.getType())) {
      llvm::SmallString<32> type;
      relocation.getTypeName(type);
      return refuse("the code holds an address that is not relative (" + type.str().str() + ")");
    }
  return {};
}

Checked check_symbol(const llvm::object::ELFSymbolRef& symbol, const std::set<std::string>& defined) {
  auto flags = symbol.getFlags();
  if (!flags) return refuse("no object: " + llvm::toString(flags.takeError()));
  auto name = symbol.getName();
  if (!name) return refuse("no object: " + llvm::toString(name.takeError()));
  const auto type = symbol.getELFType();
  if (type == llvm::ELF::STT_GNU_IFUNC || type == llvm::ELF::STT_TLS || (*flags & llvm::object::SymbolRef::SF_Common) != 0)
    return refuse("the code has a symbol " + name->str() + " that needs a loader");
  const bool undefined = (*flags & llvm::object::SymbolRef::SF_Undefined) != 0;
  if (undefined && !name->empty() && !defined.contains(name->str())) return refuse("the code cannot stand alone: it needs " + name->str());
  return {};
}

/// What an image may be made of; `defined`: the symbols of all its objects, the only ones that may be called.
Checked check_object(const llvm::object::ObjectFile& object, const std::set<std::string>& defined) {
  for (const llvm::object::SectionRef& section : object.sections()) {
    if (auto known = check_section(section); !known) return known;
    if (auto relative = check_relocations(section); !relative) return relative;
  }
  for (const llvm::object::SymbolRef& symbol : object.symbols())
    if (auto known = check_symbol(symbol, defined); !known) return known;
  return {};
}

std::set<std::string> defined_symbols(const std::vector<Object>& objects) {
  std::set<std::string> defined;
  for (const Object& object : objects)
    for (const llvm::object::SymbolRef& symbol : object->symbols()) {
      auto flags = symbol.getFlags();
      auto name = symbol.getName();
      if (flags && name && (*flags & llvm::object::SymbolRef::SF_Undefined) == 0) defined.insert(name->str());
      llvm::consumeError(flags.takeError());
      llvm::consumeError(name.takeError());
    }
  return defined;
}

std::expected<Object, std::string> open_object(std::string_view bytes) {
  auto object = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(llvm::StringRef(bytes.data(), bytes.size()), "policy.o"));
  if (!object) return refuse("no object: " + llvm::toString(object.takeError()));
  if (!(*object)->isELF() || (*object)->getArch() != llvm::Triple::x86_64) return refuse("no object: not ELF for x86-64");
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
  }
  const std::set<std::string> defined = defined_symbols(opened);
  for (const Object& object : opened) {
    if (auto known = check_object(*object, defined); !known) return std::unexpected(known.error());
    loader.loadObject(*object);
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
