#pragma once
// The contract of a task: what a policy sees and must answer, read from the task's `policy.h` by libclang.
//
// Everything else is derived from this one reading: the struct layout in the jail, the interface section of the
// prompt, the preconditions of every proof and the grammar of the offline proposer. The header is trusted text
// (written by the task's author), so it is read in process. Values only; no Clang type appears here.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace assay::tasks {

/// "i64", "f64" (a double) or "bool".
bool is_scalar(std::string_view type);

/// One field of a record. `type` is a scalar or the name of an earlier record (nested by value).
struct Field {
  std::string name;
  std::string type;
  std::uint32_t array_length = 0;  ///< 0: a scalar; else Array<type, array_length> (policies/abi/assay.h)
  std::string unit;                ///< "" where the annotation gives none
  std::int64_t min = 0;            ///< inclusive range of the value (of each element); for bool 0 and 1
  std::int64_t max = 0;
  double real_min = 0, real_max = 0;  ///< the range of an f64, finite; NaN is outside, -0 stands where 0 does
  std::string doc;
  int line = 0;  ///< in policy.h
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;
};

struct Record {
  std::string name;
  std::string doc;
  std::vector<Field> fields;
  std::uint64_t size_bytes = 0;
  int line = 0;
  const Field* field(std::string_view field_name) const;
};

struct Parameter {
  std::string name;
  /// A scalar or a record's name. A scalar has no range of its own: an i64 is any, and an f64 is any, infinities and NaN
  /// with it. A contract that means less hands the value in as a field.
  std::string type;
  bool is_reference = false;    ///< records come by reference, scalars by value
  bool is_state = false;        ///< a non-const reference: the policy may write it, and must keep its ranges
  bool is_one = false;          ///< of an invariant: there is one such record throughout a run (ASSAY_ONE)
};

/// A function that the policy must define.
struct Function {
  std::string name;
  std::string return_type;  ///< a scalar or "void"
  std::string unit;
  std::int64_t min = 0;  ///< inclusive declared output range (ASSAY_RETURNS)
  std::int64_t max = 0;
  double real_min = 0, real_max = 0;  ///< of an f64, as in Field
  std::vector<Parameter> parameters;
  std::string doc;
  int line = 0;
};

/// `constexpr i64 kName = value;` at namespace scope of the contract: usable by candidates and drivers.
struct Constant {
  std::string name;
  std::int64_t value = 0;
  std::string doc;
  int line = 0;
};

struct Contract {
  std::string path;  ///< of policy.h, for messages
  std::string text;  ///< of policy.h, verbatim
  Digest digest;     ///< of text and of the abi headers it includes
  std::vector<Constant> constants;
  std::vector<Record> records;      ///< in order of declaration; a record only nests earlier ones
  std::vector<Function> functions;  ///< in order of declaration
  /// `invariant`, where the contract has it: of the records that are state, by const reference. A policy may define it; what it
  /// claims of them is checked (verify/properties/invariant.h). No driver calls it.
  std::vector<Function> optional_functions;

  const Record* record(std::string_view name) const;
  const Function* function(std::string_view name) const;
  const Function* optional_function(std::string_view name) const;
  /// Some field, parameter or result is an f64: only then has the policy language doubles.
  bool has_doubles() const;
};

/// Reads a contract. The Error lists every problem, one a line, as "path:line:column: what is wrong; how to mend it".
Result<Contract> read_contract(const std::filesystem::path& policy_header);
Result<Contract> read_contract_text(const std::string& text, const std::string& path);

/// The headers a candidate may see, by the path it includes them with ("policies/abi/assay.h"); compiled into the
/// program, so that a copy of the sources is not needed at run time.
struct AbiHeader {
  std::string path;
  std::string_view text;
};
const std::vector<AbiHeader>& abi_headers();

/// Functions that a candidate may call besides its own (policies/abi/assay.h), for the screen, the prompt, the proposer.
struct AbiFunction {
  std::string name;
  std::string return_type;
  std::vector<std::string> parameter_types;
  std::string doc;
};
bool is_of_doubles(const AbiFunction& function);  ///< takes or gives one
/// "tunable" or "ftunable": marks a constant, (value, low, high) as plain numbers. Not among the maths that `describe` lists.
bool is_mark(std::string_view function);
const std::vector<AbiFunction>& abi_functions();

/// The interface section of the prompt: records, fields with units and ranges, functions, constants, abi functions.
std::string describe(const Contract& contract);

}  // namespace assay::tasks
