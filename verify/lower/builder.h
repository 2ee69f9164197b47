#pragma once
// Appends to a Program while a function is being lowered: values, constants, checks. No LLVM type in here.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "verify/lower/program.h"

namespace assay::verify::lower {

/// A place in memory during lowering: an object and an offset = constant + variable.
struct Address {
  std::uint32_t object = kNone;
  Word constant = 0;
  ValueId variable = kNone;  ///< 64 bits
};

class Builder {
 public:
  explicit Builder(Program& program) : program_(program) {}

  void select_block(std::uint32_t block) { block_ = block; }
  std::uint32_t block() const { return block_; }
  std::uint32_t new_block();
  void set_line(int line, bool in_properties = false) { line_ = line, in_properties_ = in_properties; }
  int line() const { return line_; }

  ValueId constant(Word value, unsigned width, bool is_double = false);
  ValueId fresh(unsigned width, bool is_double = false);
  ValueId compute(Op op, unsigned width, ValueId a, ValueId b = kNone, ValueId c = kNone);
  ValueId negate(ValueId bit);  ///< not, of a bit
  /// add, sub or mul whose result is exact while `flag` is 0.
  ValueId guarded(Op op, unsigned width, ValueId a, ValueId b, ValueId flag);
  void require(ValueId bit, Property property, std::string what);
  void assume(ValueId bit);
  void store(std::uint32_t object, ValueId offset, ValueId value);
  ValueId load(std::uint32_t object, ValueId offset, unsigned width, bool is_double = false);
  std::uint32_t check(Property property, std::string what);

  ValueId offset_of(const Address& address);
  /// Requires that the address lies in its object or one past its end.
  void require_inside(const Address& address);
  /// address + index * stride, without wrapping.
  Address step(const Address& address, ValueId index, Word stride, bool in_object);

 private:
  Instruction& append(Instruction instruction);

  Program& program_;
  std::uint32_t block_ = 0;
  int line_ = 0;
  bool in_properties_ = false;
  std::map<std::tuple<unsigned, bool, Word>, ValueId> constants_;
};

}  // namespace assay::verify::lower
