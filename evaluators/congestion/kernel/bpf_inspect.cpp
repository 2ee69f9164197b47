#include "evaluators/congestion/kernel/bpf_inspect.h"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

namespace assay::evaluators::congestion {
namespace {

constexpr std::size_t kMostBytes = 16u << 20;
constexpr std::uint8_t kCall = 0x85, kCallRegister = 0x8d, kWide = 0x18;
constexpr std::uint8_t kHelper = 0, kOwn = 1;  // of a call's source register
constexpr std::int32_t kHelpers[] = {1, 107, 108};  // map_lookup_elem, sk_storage_get, sk_storage_delete
constexpr std::string_view kCode[] = {".text", "syscall", "struct_ops/assay_init", "struct_ops/assay_cong_control",
                                      "struct_ops/assay_set_state", "struct_ops/assay_ssthresh", "struct_ops/assay_undo_cwnd"};
constexpr std::string_view kData[] = {".maps", ".struct_ops", "license", ".rodata"};

template <class T>
std::optional<T> read_at(std::string_view bytes, std::uint64_t at) {
  T value;
  if (at > bytes.size() || bytes.size() - at < sizeof value) return std::nullopt;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::optional<std::string_view> part(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  if (at > bytes.size() || bytes.size() - at < size) return std::nullopt;
  return bytes.substr(at, size);
}

/// Empty where all calls are known.
std::string stranger_in(std::string_view code) {
  if (code.size() % 8 != 0) return "code of a length that is no instruction's";
  for (std::size_t at = 0; at < code.size(); at += 8) {
    const auto opcode = static_cast<std::uint8_t>(code[at]);
    const std::uint8_t source = static_cast<std::uint8_t>(code[at + 1]) >> 4;
    if (opcode == kWide && source != 0) return "an address that no relocation gives";
    if (opcode == kWide) at += 8;
    if (opcode == kCallRegister) return "a call of an address";
    if (opcode != kCall || source == kOwn) continue;
    const std::int32_t helper = *read_at<std::int32_t>(code, at + 4);
    if (source != kHelper || std::ranges::find(kHelpers, helper) == std::end(kHelpers)) return "a call of the kernel's function " + std::to_string(helper);
  }
  return "";
}

/// libbpf would look for it in the kernel.
bool needs_others(std::string_view symbols) {
  for (std::size_t at = sizeof(Elf64_Sym); at + sizeof(Elf64_Sym) <= symbols.size(); at += sizeof(Elf64_Sym))
    if (read_at<Elf64_Sym>(symbols, at)->st_shndx == SHN_UNDEF) return true;
  return false;
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::ranges::find(names, name) != std::end(names);
}

std::unexpected<Error> stranger(const std::string& what) { return fail("the BPF object holds " + what + "; it is not loaded"); }

}  // namespace

Result<void> inspect_object(std::string_view object) {
  if (object.size() > kMostBytes) return stranger("more than 16 MiB");
  const auto header = read_at<Elf64_Ehdr>(object, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_BPF ||
      header->e_type != ET_REL || header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shnum == 0 || header->e_shnum >= SHN_LORESERVE ||
      header->e_shstrndx >= header->e_shnum)  // no numbers that are kept elsewhere
    return stranger("no code for BPF");
  const auto names = read_at<Elf64_Shdr>(object, header->e_shoff + std::uint64_t{header->e_shstrndx} * sizeof(Elf64_Shdr));
  const auto strings = names ? part(object, names->sh_offset, names->sh_size) : std::nullopt;
  if (!strings || strings->empty() || strings->back() != '\0') return stranger("no names of sections");
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = read_at<Elf64_Shdr>(object, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!section || section->sh_name >= strings->size()) return stranger("a section out of bounds");
    const std::string_view name = strings->data() + section->sh_name;
    if (section->sh_type == SHT_NOBITS && section->sh_size > 0) return stranger("the section " + std::string(name));
    const auto bytes = section->sh_type == SHT_NOBITS ? std::string_view() : part(object, section->sh_offset, section->sh_size);
    if (!bytes) return stranger("a section out of bounds");
    if (section->sh_type == SHT_SYMTAB && needs_others(*bytes)) return stranger("a name that it does not define");
    if (section->sh_type != SHT_PROGBITS) continue;
    const bool is_code = (section->sh_flags & SHF_EXECINSTR) != 0;  // of libbpf's own, who asks for no other flag
    if (!is_code && (section->sh_flags & SHF_ALLOC) == 0) continue;
    if (is_code ? !is_one_of(name, kCode) : !is_one_of(name, kData) && !name.starts_with(".BTF")) return stranger("the section " + std::string(name));
    if (!is_code) continue;
    if (std::string why = stranger_in(*bytes); !why.empty()) return stranger(why);
  }
  return {};
}

}  // namespace assay::evaluators::congestion
