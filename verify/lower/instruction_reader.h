#pragma once
// The allowlist: one LLVM instruction at a time into the Builder. Internal to lowering.

#include <map>
#include <optional>
#include <set>
#include <string>

#include <llvm/IR/DataLayout.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include "verify/lower/builder.h"
#include "verify/lower/lower.h"

namespace assay::verify::lower {

/// Canonical for its width. Requires: at most 128 bits.
Word word_of(const llvm::APInt& bits);

struct PropertyWords;

class InstructionReader {
 public:
  InstructionReader(Program& program, Builder& builder, const llvm::Function& body);

  void bind(const llvm::Value& value, ValueId id) { values_[&value] = id; }
  void bind_address(const llvm::Value& value, Address address) { addresses_[&value] = address; }
  void bind_phi(const llvm::PHINode& phi);
  ValueId value(const llvm::Value& value);
  /// Of a value that was read already, without refusing anything.
  std::optional<ValueId> find(const llvm::Value& value) const {
    auto found = values_.find(&value);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

  /// True: the instruction was a trap, and it ended the block.
  bool read(const llvm::Instruction& at);

  /// From here on calls of `any`, `assume` and `prove` are read (property_reader.cpp). `words` must outlive the reading.
  void allow(PropertyWords& words) { words_ = &words; }

  /// The first construct outside the allowlist ends the reading; everything after it is meaningless.
  void refuse(std::string what);
  const std::optional<Unsupported>& refused() const { return refused_; }

 private:
  ValueId refused_value(std::string what, unsigned width = 64);
  ValueId integer(const llvm::Value& value) { return this->value(value); }
  std::optional<Address> address(const llvm::Value& value);
  std::optional<Address> constant_address(const llvm::Value& value);
  std::uint32_t table(const llvm::GlobalVariable& global);

  void read_binary(const llvm::BinaryOperator& at);
  bool read_address_arithmetic(const llvm::BinaryOperator& at);
  void require_equal(ValueId a, ValueId b, std::string what);
  void require_exact(Op op, unsigned width, ValueId a, ValueId b);
  ValueId read_left_shift(Op op, unsigned width, ValueId a, ValueId b, bool no_signed, bool no_unsigned);
  void require_defined(const llvm::BinaryOperator& at, Op op, ValueId a, ValueId b);
  void read_compare(const llvm::ICmpInst& at);
  bool read_address_compare(const llvm::ICmpInst& at);
  ValueId compare(llvm::CmpInst::Predicate predicate, ValueId a, ValueId b);
  void read_cast(const llvm::CastInst& at);
  void read_select(const llvm::SelectInst& at);
  bool read_float(const llvm::Instruction& at);  ///< float_reader.cpp; false: nothing that is special for doubles
  void read_float_binary(const llvm::BinaryOperator& at);
  void read_float_compare(const llvm::FCmpInst& at);
  void read_double_to_int(const llvm::CastInst& at);
  void read_element_address(const llvm::GetElementPtrInst& at);
  void read_load(const llvm::LoadInst& at);
  void read_store(const llvm::StoreInst& at);
  void read_local(const llvm::AllocaInst& at);
  void read_insert(const llvm::InsertValueInst& at);
  void read_extract(const llvm::ExtractValueInst& at);
  bool is_writable(const Address& to);
  bool is_unobserved(const llvm::Value& local, std::set<const llvm::Value*>& seen);
  bool is_unobserved_end(const llvm::Value& end, const llvm::MemCpyInst& copy, std::set<const llvm::Value*>& seen);
  void read_copy(const llvm::MemCpyInst& at);
  void read_fill(const llvm::MemSetInst& at);
  bool read_word(const llvm::CallInst& at);
  void read_choice(const llvm::CallInst& at);
  void read_double_choice(const llvm::CallInst& at);
  void read_claim(const llvm::CallInst& at);
  bool read_call(const llvm::CallInst& at);
  bool read_intrinsic(const llvm::IntrinsicInst& at);
  void read_overflow(const llvm::WithOverflowInst& at);
  void read_extremum(const llvm::IntrinsicInst& at);
  void read_saturating(const llvm::SaturatingInst& at);
  void read_absolute(const llvm::IntrinsicInst& at);
  void read_count(const llvm::IntrinsicInst& at, Op op);
  void read_object_size(const llvm::IntrinsicInst& at);
  void end_with_trap(Property property, std::string what);
  bool is_aligned(std::uint64_t alignment, const Address& at) const;
  bool memory_width(unsigned width, std::uint64_t alignment, const Address& address);

  Program& program_;
  Builder& builder_;
  const llvm::DataLayout& layout_;
  std::map<const llvm::Value*, ValueId> values_;
  std::map<const llvm::Value*, Address> addresses_;  ///< pointers, and integers made from them
  std::map<const llvm::Value*, std::pair<ValueId, ValueId>> pairs_;  ///< results of with.overflow
  std::map<const llvm::Value*, std::vector<ValueId>> aggregates_;  ///< of scalars; kNone: an item that has no value yet
  std::map<const llvm::GlobalVariable*, std::uint32_t> tables_;
  std::map<std::uint32_t, std::uint64_t> alignments_;  ///< of objects that are more aligned than 8, or less
  PropertyWords* words_ = nullptr;
  std::optional<Unsupported> refused_;
};

}  // namespace assay::verify::lower
