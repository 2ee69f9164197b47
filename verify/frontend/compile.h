#pragma once
// From emitted text to a flat image or to checked IR. Runs in the compile worker; names no Clang type.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace assay::verify::frontend {

/// Where every image is mapped: far from where a process keeps anything else.
inline constexpr std::uint64_t kLoadAddress = 0x200000000000;

enum class Mode : std::uint8_t {
  run,      ///< -O2: what is measured
  checked,  ///< -O0 with the traps of UBSan: where counterexamples are executed
  trapped,  ///< -O2 with the traps of UBSan: where every table of a property is written out
};

struct CompileJob {
  std::string_view contract;   ///< policy.h
  std::string_view constants;  ///< kReads_...
  std::string_view policy;     ///< emitted text
  std::string_view driver;     ///< defines assay_entry
};

/// Why there is no code. `file` tells whose fault it is: "policy.cpp" is the candidate's.
struct CompileError {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;
};
template <class T>
using Compiled = std::expected<T, std::vector<CompileError>>;

struct Image {
  std::string bytes;
  std::uint64_t entry_offset = 0;
  std::string ir_digest;  ///< 32 bytes
};

/// Policy and driver as one: calls of the policy are inlined.
Compiled<Image> compile_image(const CompileJob& job, Mode mode);

/// The driver alone, as an object that calls the policy's functions. The job's policy is not looked at.
Compiled<std::string> compile_driver(const CompileJob& job);
/// The policy alone, then laid out with a driver's object. `functions`: those of the contract. `quick`: optimised IR, but code as it comes.
Compiled<Image> compile_against(const CompileJob& job, const std::vector<std::string>& functions,
                                std::string_view driver_object, bool quick);

enum class Detail : std::uint8_t {
  lines,      ///< debug places only: what proofs are about
  variables,  ///< and which variable gets which value where (told.h), branches unsimplified: for telling an execution
};

/// The policy alone as bitcode (verify/toolchain.h, CheckedIr). `functions`: those of the contract.
Compiled<std::string> lower_policy(const CompileJob& job, const std::vector<std::string>& functions, Detail detail = Detail::lines);
/// The policy alone as it runs in a search (compile_against), optimised, under plain names: what the checked IR is compared
/// with (verify/equivalence.h). Helpers that a search may leave as functions are inlined.
Compiled<std::string> lower_optimised(const CompileJob& job, const std::vector<std::string>& functions);

/// The policy and, after it, `properties`: generated text, then properties.cpp. `functions` are of both. Pointer checks of UBSan are
/// left out: each access is an obligation of lowering's own, and without them records of the text come apart into numbers.
struct PropertyJob {
  std::string_view contract, policy, generated, properties, invariant;
};
Compiled<std::string> lower_properties(const PropertyJob& job, const std::vector<std::string>& functions, Detail detail = Detail::lines);

/// Clang's version, target, flags and pass pipelines.
std::string describe_toolchain();

}  // namespace assay::verify::frontend
