#pragma once
// The policy language as a value: what screen() accepted, and what is compiled, mutated, diffed and shown.
//
// screen() builds it from Clang's AST. A construct that has no node here is not in the language. `emit` prints it as
// C++; parsing what was emitted gives the same `digest`. Places are for messages and do not enter the digest, names do.

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"

namespace assay::verify {

/// Where a node stands in the text that it was parsed from; 0 when it was made by a mutation.
struct Place {
  int line = 0;
  int column = 0;
};

/// "i64", "bool", "f64" where the contract has one, or a record of it (then only as a reference parameter of a helper).
using TypeName = std::string;

enum class ExprKind : std::uint8_t {
  integer,      ///< value
  boolean,      ///< value 0 or 1
  name,         ///< text: a parameter, a local or a constant of the contract
  field,        ///< text: the field; children[0]: the record
  index,        ///< children[0]: an Array field, children[1]: i64; checked
  unary,        ///< text: "-" "!" "~"
  binary,       ///< text: + - * / % << >> & | ^ < <= > >= == != && ||
  conditional,  ///< children: condition, then, else
  call,         ///< text: an abi function, or a helper defined earlier; children: arguments
  cast,         ///< children[0]; between i64 and bool or f64, always written out by emit
  real,         ///< value: the bits of a finite double
};

struct Expr {
  ExprKind kind = ExprKind::integer;
  TypeName type = "i64";
  std::string text;
  std::int64_t value = 0;
  std::vector<Expr> children;
  Place place;
};

enum class StmtKind : std::uint8_t {
  declare,    ///< type name = exprs[0]; is_const
  assign,     ///< exprs[0] op exprs[1]; text: = += -= *= /= %= &= |= ^= <<= >>=. ++x is x += 1
  branch,     ///< if (exprs[0]) body else other
  loop,       ///< for (header[0]; exprs[0]; header[1]) body; header[0] declares an i64, header[1] assigns it
  give_back,  ///< return exprs[0]; no exprs in a void function
  block,      ///< { body }
  stop,       ///< break
  skip,       ///< continue
  call,       ///< exprs[0] is a call whose result is dropped
};

struct Stmt {
  StmtKind kind = StmtKind::block;
  TypeName type;
  std::string text;  ///< declare: the name; assign: the operator
  bool is_const = false;
  std::vector<Expr> exprs;
  std::vector<Stmt> header;
  std::vector<Stmt> body;
  std::vector<Stmt> other;
  bool has_other = false;
  Place place;
};

struct PolicyParameter {
  std::string name;
  TypeName type;
  bool is_reference = false;
  bool is_const = true;  ///< of the referred record; scalars are values
};

struct PolicyFunction {
  std::string name;
  TypeName return_type;
  std::vector<PolicyParameter> parameters;
  std::vector<Stmt> body;
  bool is_helper = false;  ///< not of the contract
  Place place;
};

/// Helpers come before their callers; every function of the contract is defined once.
struct Policy {
  std::vector<PolicyFunction> functions;
  const PolicyFunction* function(const std::string& name) const;
};

/// Deterministic C++ text, one statement a line, two blanks of indent, no comments.
std::string emit(const Policy& policy);
/// The place in the candidate's text of each line of emit()'s text (index 0 is line 1).
std::vector<Place> emitted_places(const Policy& policy);

Digest digest(const Policy& policy);

/// For blobs and for the jailed worker's replies. from_json validates (a hostile worker may have written it).
Json to_json(const Policy& policy);
Result<Policy> policy_from_json(const Json& json);

/// Node count of expressions and statements, the size that prompts and reports show.
std::size_t size_of(const Policy& policy);

}  // namespace assay::verify
