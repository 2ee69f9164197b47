#pragma once
// Reads a cubin: the ELF file in which NVIDIA's assembler puts machine code of one architecture. Only what an inspection needs; no CUDA library.
//
// Nobody documents the format. What is read here was learned from nvcc 13.0's own output for sm_90a (tests/kernels/cubin_test.cpp derives it again where
// nvcc is): an instruction is 16 bytes, its operation the low 12 bits; .nv.info holds registers (0x2f) and stack frame (0x11) of each function.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::kernels::device {

struct Instruction {
  std::uint64_t low = 0, high = 0;
  unsigned operation() const { return low & 0xfff; }
  unsigned destination() const { return (low >> 16) & 0xff; }  ///< register, where the operation has one; 255: none
  unsigned first_source() const { return (low >> 24) & 0xff; }
  std::int32_t immediate() const { return static_cast<std::int32_t>(low >> 32); }
  std::int32_t offset() const { return static_cast<std::int32_t>(low >> 32) >> 8; }  ///< of a memory access, in bytes
  /// Of a memory access: 1, 2, 4, 8 or 16; 16 too where the code is none that the assembler was seen to write.
  int access_bytes() const {
    constexpr int kBytes[] = {1, 1, 2, 2, 4, 8, 16, 16};
    return kBytes[(high >> 9) & 7];
  }
  unsigned special_register() const { return (high >> 8) & 0xff; }
};

struct Relocation {
  std::uint64_t offset = 0;  ///< in the function, bytes
  std::string symbol;
};

struct Function {
  std::string name;
  bool is_global = false;
  int registers = -1;    ///< of a thread; -1: not said
  int frame_bytes = -1;  ///< of a thread's stack; -1: not said
  std::vector<Instruction> code;
  std::vector<Relocation> relocations;
};

struct Section {
  std::string name;
  std::uint64_t bytes = 0;
};

struct Cubin {
  unsigned architecture = 0;  ///< 90 for sm_90 and sm_90a
  std::vector<Function> functions;
  std::vector<Section> data_sections;          ///< what would take device memory and is no code
  std::vector<std::string> undefined_symbols;  ///< without those that the assembler always names
  const Function* function(std::string_view name) const;
};

/// The error says what is wrong with the file. Any bytes may be given.
std::expected<Cubin, std::string> read_cubin(std::span<const std::byte> bytes);

}  // namespace assay::kernels::device
