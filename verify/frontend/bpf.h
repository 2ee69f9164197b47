#pragma once
// From a screened policy's emitted text to an object for the kernel's BPF machine. Runs in the compile worker; names no Clang type.
//
// Two modules are linked before they are optimised: the policy with the text that calls it, in C++, and the trusted text that the
// kernel calls, in C, because Clang finds fields of kernel structs by name (CO-RE) in C only. What undefined behaviour a policy has is
// given a meaning here: integers wrap, and an array's index that is out of range stands for 0, since BPF cannot trap (bpf_abi_header).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "verify/frontend/compile.h"

namespace assay::verify::frontend {

struct BpfJob {
  std::string_view contract;  ///< policy.h
  std::string_view policy;    ///< emitted text
  std::string_view view;      ///< "bpf_view.h", which both of the next two may include
  std::string_view call;      ///< C++ after the policy: defines `entry` by extern "C"
  std::string_view sender;    ///< C: the programs and maps, by their sections; calls `entry`
  std::string_view entry;     ///< stays a function of its own: the one place where the policy is called
};

/// An ELF object with BTF and, in it, lines of "policy.cpp". Once in the life of a process: LLVM 19 cannot do it twice.
Compiled<std::string> compile_bpf(const BpfJob& job);

enum class Stage : std::uint8_t {
  read,       ///< as Clang reads the text, with helpers inlined, and sat_mul as it is elsewhere (bpf_abi_header)
  optimised,  ///< as compile_bpf's passes make them, before code generation
};

/// The policy's functions of the same text, with the same flags, under plain names: what is compared with the checked IR
/// (verify/export_equivalence.h). As bitcode. What stands there only for the kernel's verifier and changes nothing (empty assembly, a
/// division by 1) is left out.
Compiled<std::string> lower_for_bpf(const CompileJob& job, const std::vector<std::string>& functions, Stage stage);

/// policies/abi/assay.h with another Array::operator[]: the index is checked where the kernel's verifier can see it, on the very number
/// that is used. Else the optimiser moves the check to what the index was computed from. And with a product that saturates without 128
/// bits, which BPF has not; at Stage::read that stays the builtin, which a solver can be asked about. Empty where the header is not as it was.
std::string bpf_abi_header(Stage stage = Stage::optimised);

}  // namespace assay::verify::frontend
