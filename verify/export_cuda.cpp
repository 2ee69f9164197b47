#include "verify/export_cuda.h"

#include <algorithm>
#include <sstream>

#include "verify/ast.h"

namespace assay::verify {
namespace {

/// nvcc knows some of GCC's builtins on the host only, NVRTC none. Where a test asks for it (ASSAY_DEVICE_ARITHMETIC) a CPU uses them, too.
constexpr char kPreamble[] = R"(
#if !defined(__CUDACC__)
#define __forceinline__ inline
#if !defined(__device__)
#define __device__
#endif
#endif
#if defined(__CUDACC__) || defined(ASSAY_DEVICE_ARITHMETIC)
#if defined(__CUDACC__)
#define ASSAY_DEVICE __host__ __device__ constexpr
#else
#define ASSAY_DEVICE constexpr
#endif
namespace assay_device {
ASSAY_DEVICE bool add_overflows(long long a, long long b, long long* sum) {
  *sum = (long long)((unsigned long long)a + (unsigned long long)b);
  return ((a ^ *sum) & (b ^ *sum)) < 0;
}
ASSAY_DEVICE bool sub_overflows(long long a, long long b, long long* difference) {
  *difference = (long long)((unsigned long long)a - (unsigned long long)b);
  return ((a ^ b) & (a ^ *difference)) < 0;
}
ASSAY_DEVICE bool mul_overflows(long long a, long long b, long long* product) {
  *product = (long long)((unsigned long long)a * (unsigned long long)b);
  if (b == 0) return false;
  if (b == -1) return a < -0x7fffffffffffffffLL;
  return *product / b != a;
}
ASSAY_DEVICE int leading_zeros(unsigned long long value) {
  int zeros = 0;
  for (int step = 32; step > 0; step /= 2)
    if (value >> (64 - step) == 0) zeros += step, value <<= step;
  return zeros;
}
}  // namespace assay_device
#define __builtin_add_overflow assay_device::add_overflows
#define __builtin_sub_overflow assay_device::sub_overflows
#define __builtin_mul_overflow assay_device::mul_overflows
#define __builtin_clzll assay_device::leading_zeros
#endif
#if defined(__CUDA_ARCH__)
#define __builtin_trap __trap
#endif
)";

/// CUDA has functions of the same names in the global namespace: here the abi's are meant.
constexpr const char* kAbiNames[] = {"Array", "kI64Max", "kI64Min", "min", "max", "clamp", "abs", "sat_add", "sat_sub", "sat_mul", "safe_div", "safe_mod",
                                     "log2_floor", "is_nan", "fmin", "fmax", "fclamp", "fabs", "to_i64", "tunable", "ftunable"};

constexpr char kExport[] = R"(
__device__ __forceinline__ unsigned long long assay_half(i64 answer) { return answer < 0 || answer > 0x7fffffff ? 0xffffffffull : (unsigned long long)answer; }
extern "C" __device__ unsigned long long assay_tile(int rows, int columns, int causal, int id) {
  const assay_policy::Grid grid{rows, columns, causal};
  const assay_policy::Block block{id};
  return assay_half(assay_policy::row(grid, block)) << 32 | assay_half(assay_policy::column(grid, block));
}
)";

/// Without `#pragma once`, which a main file warns of.
std::string abi_text() {
  std::string out(tasks::abi_headers().front().text);
  if (out.starts_with("#pragma once\n")) out.erase(0, out.find('\n') + 1);
  return out;
}

bool has_fields(const tasks::Contract& contract, const std::string& name, const std::vector<std::string>& fields) {
  const tasks::Record* record = contract.record(name);
  return record != nullptr && std::ranges::equal(record->fields, fields, [](const tasks::Field& field, const std::string& wanted) {
    return field.name == wanted && field.type == "i64" && field.array_length == 0;
  });
}

bool takes_grid_and_block(const tasks::Contract& contract, const std::string& name) {
  const tasks::Function* function = contract.function(name);
  return function != nullptr && function->return_type == "i64" && function->parameters.size() == 2 && function->parameters[0].type == "Grid" &&
         function->parameters[1].type == "Block" && !function->parameters[0].is_state && !function->parameters[1].is_state;
}

/// Of the constants only those that the policy names: compilers warn of others.
std::string declarations(const tasks::Contract& contract, const std::string& policy) {
  std::string out;
  for (const tasks::Constant& constant : contract.constants)
    if (policy.contains(constant.name)) out += "constexpr i64 " + constant.name + " = " + (constant.value == INT64_MIN ? "kI64Min" : std::to_string(constant.value) + "LL") + ";\n";
  for (const tasks::Record& record : contract.records) {
    out += "struct " + record.name + " {\n";
    for (const tasks::Field& field : record.fields)
      out += "  " + (field.array_length == 0 ? field.type : "Array<" + field.type + ", " + std::to_string(field.array_length) + ">") + " " + field.name + ";\n";
    out += "};\n";
  }
  return out;
}

/// A function begins with a line that is not indented and ends with one that is a brace (emit.cpp).
std::string functions(const std::string& emitted) {
  std::istringstream lines(emitted);
  std::string out;
  for (std::string line; std::getline(lines, line); out += line + "\n")
    if (!line.empty() && line[0] != ' ' && line[0] != '}') line.insert(0, "__device__ __forceinline__ ");
  return out;
}

}  // namespace

Result<std::string> export_cuda(const tasks::Contract& contract, const Screened& screened) {
  if (!has_fields(contract, "Grid", {"rows", "columns", "causal"}) || !has_fields(contract, "Block", {"id"}) || !takes_grid_and_block(contract, "row") ||
      !takes_grid_and_block(contract, "column"))
    return fail("a policy of this contract is no order of tiles: " + contract.path + " has not the records and functions of tasks/tile_order");
  std::string out = "// Made by assay from a policy; digest of its syntax tree " + screened.ast_digest().hex() + "\n";
  out += std::string(kPreamble) + abi_text() + "\nnamespace assay_policy {\n";
  for (const char* name : kAbiNames) out += std::string("using assay_abi::") + name + ";\n";
  return out + declarations(contract, screened.text()) + functions(screened.text()) + "}  // namespace assay_policy\n" + kExport;
}

}  // namespace assay::verify
