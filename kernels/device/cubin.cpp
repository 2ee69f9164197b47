#include "kernels/device/cubin.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>

namespace assay::kernels::device {
namespace {

constexpr unsigned kRegisterCount = 0x2f, kFrameSize = 0x11;  // attributes of .nv.info
constexpr unsigned kSizedAttribute = 4;                        // the form of an attribute that says its length
constexpr std::size_t kInstructionBytes = 16;

/// Weak names that the assembler puts into every object.
bool is_always_named(std::string_view name) {
  return name.empty() || name.starts_with("__UDT") || name.starts_with("__UFT") || name.starts_with(".nv.reservedSmem");
}

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::expected<Cubin, std::string> read() {
    if (!headers() || !symbols() || !functions() || !resources()) return std::unexpected("no cubin: " + problem_);
    return std::move(cubin_);
  }

 private:
  struct Symbol {
    std::string name;
    Elf64_Sym entry;
  };

  bool bad(std::string what) {
    problem_ = std::move(what);
    return false;
  }

  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  std::optional<std::string> text(const Elf64_Shdr& table, std::uint64_t offset) const {
    if (offset >= table.sh_size) return std::nullopt;
    const char* begin = reinterpret_cast<const char*>(bytes_.data()) + table.sh_offset + offset;
    const void* end = std::memchr(begin, 0, table.sh_size - offset);
    if (end == nullptr) return std::nullopt;
    return std::string(begin, static_cast<const char*>(end));
  }

  bool headers() {
    const auto header = at<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return bad("not an ELF file");
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_CUDA) return bad("an ELF file of another machine");
    cubin_.architecture = (header->e_flags >> 8) & 0xff;
    if (header->e_shentsize != sizeof(Elf64_Shdr)) return bad("sections of an unknown size");
    for (unsigned i = 0; i < header->e_shnum; ++i) {
      const auto section = at<Elf64_Shdr>(header->e_shoff + std::uint64_t{i} * sizeof(Elf64_Shdr));
      if (!section) return bad("the table of sections is cut off");
      const bool has_bytes = section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL;
      if (has_bytes && (section->sh_offset > bytes_.size() || bytes_.size() - section->sh_offset < section->sh_size))
        return bad("section " + std::to_string(i) + " is cut off");
      sections_.push_back(*section);
    }
    if (header->e_shstrndx >= sections_.size()) return bad("no names of sections");
    for (const auto& section : sections_) {
      const auto name = text(sections_[header->e_shstrndx], section.sh_name);
      if (!name) return bad("a section without a name");
      names_.push_back(*name);
    }
    return true;
  }

  bool symbols() {
    for (const auto& section : sections_) {
      if (section.sh_type != SHT_SYMTAB) continue;
      if (!symbols_.empty() || section.sh_link >= sections_.size()) return bad("its symbols are not readable");
      for (std::uint64_t offset = 0; offset + sizeof(Elf64_Sym) <= section.sh_size; offset += sizeof(Elf64_Sym)) {
        const auto entry = at<Elf64_Sym>(section.sh_offset + offset);
        const auto name = text(sections_[section.sh_link], entry->st_name);
        if (!name) return bad("a symbol without a name");
        symbols_.push_back({*name, *entry});
        if (entry->st_shndx == SHN_UNDEF && !is_always_named(*name)) cubin_.undefined_symbols.push_back(*name);
      }
    }
    return !symbols_.empty() || bad("it has no symbols");
  }

  /// Every section of code is one function, all of it.
  bool functions() {
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      const auto& section = sections_[i];
      if ((section.sh_flags & SHF_EXECINSTR) == 0) {
        if ((section.sh_flags & SHF_ALLOC) != 0 && section.sh_size > 0) cubin_.data_sections.push_back({names_[i], section.sh_size});
        continue;
      }
      if (section.sh_type != SHT_PROGBITS || section.sh_size % kInstructionBytes != 0) return bad("code in " + names_[i] + " is no code");
      Function function;
      for (const Symbol& symbol : symbols_) {
        if (symbol.entry.st_shndx != i || ELF64_ST_TYPE(symbol.entry.st_info) != STT_FUNC) continue;
        if (!function.name.empty() || symbol.entry.st_value != 0 || symbol.entry.st_size != section.sh_size) return bad(names_[i] + " is not one function");
        function.name = symbol.name;
        function.is_global = ELF64_ST_BIND(symbol.entry.st_info) != STB_LOCAL;
      }
      if (function.name.empty()) return bad("code without a name in " + names_[i]);
      for (std::uint64_t offset = 0; offset < section.sh_size; offset += kInstructionBytes)
        function.code.push_back({*at<std::uint64_t>(section.sh_offset + offset), *at<std::uint64_t>(section.sh_offset + offset + 8)});
      if (!relocations(i, function)) return false;
      cubin_.functions.push_back(std::move(function));
    }
    return true;
  }

  bool relocations(std::size_t target, Function& function) {
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      const auto& section = sections_[i];
      const bool has_addend = section.sh_type == SHT_RELA;
      if ((!has_addend && section.sh_type != SHT_REL) || section.sh_info != target) continue;
      const std::uint64_t each = has_addend ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel);
      for (std::uint64_t offset = 0; offset + each <= section.sh_size; offset += each) {
        const auto entry = at<Elf64_Rel>(section.sh_offset + offset);  // an Elf64_Rela begins alike
        const auto symbol = ELF64_R_SYM(entry->r_info);
        if (symbol >= symbols_.size()) return bad("a relocation of an unknown symbol");
        function.relocations.push_back({entry->r_offset, symbols_[symbol].name});
      }
    }
    return true;
  }

  bool resources() {
    for (std::size_t i = 0; i < sections_.size(); ++i)
      if (names_[i] == ".nv.info" && !attributes(sections_[i])) return false;
    return true;
  }

  bool attributes(const Elf64_Shdr& section) {
    for (std::uint64_t offset = 0; offset + 4 <= section.sh_size;) {
      const auto head = *at<std::array<std::uint8_t, 4>>(section.sh_offset + offset);
      const unsigned length = head[0] == kSizedAttribute ? head[2] | head[3] << 8 : 0;
      if (offset + 4 + length > section.sh_size) return bad(".nv.info is cut off");
      if (length == 8) {
        const auto symbol = *at<std::uint32_t>(section.sh_offset + offset + 4), value = *at<std::uint32_t>(section.sh_offset + offset + 8);
        if (symbol < symbols_.size()) note(symbols_[symbol].name, head[1], value);
      }
      offset += 4 + length;
    }
    return true;
  }

  void note(std::string_view name, unsigned attribute, std::uint32_t value) {
    for (Function& function : cubin_.functions) {
      if (function.name != name) continue;
      if (attribute == kRegisterCount) function.registers = static_cast<int>(value & 0xffff);
      if (attribute == kFrameSize) function.frame_bytes = static_cast<int>(std::min<std::uint32_t>(value, 1u << 30));
    }
  }

  std::span<const std::byte> bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::vector<std::string> names_;
  std::vector<Symbol> symbols_;
  Cubin cubin_;
  std::string problem_;
};

}  // namespace

const Function* Cubin::function(std::string_view name) const {
  const auto found = std::ranges::find(functions, name, &Function::name);
  return found == functions.end() ? nullptr : &*found;
}

std::expected<Cubin, std::string> read_cubin(std::span<const std::byte> bytes) { return Reader(bytes).read(); }

}  // namespace assay::kernels::device
