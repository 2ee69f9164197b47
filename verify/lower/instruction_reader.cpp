#include "verify/lower/instruction_reader.h"

#include <llvm/ADT/MapVector.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>

namespace assay::verify::lower {
namespace {

unsigned width_of(const llvm::Value& value) {
  return value.getType()->isIntegerTy() ? value.getType()->getIntegerBitWidth() : 64;
}

std::optional<Op> operation(unsigned opcode) {
  switch (opcode) {
    case llvm::Instruction::Add: return Op::add;
    case llvm::Instruction::Sub: return Op::sub;
    case llvm::Instruction::Mul: return Op::mul;
    case llvm::Instruction::SDiv: return Op::sdiv;
    case llvm::Instruction::SRem: return Op::srem;
    case llvm::Instruction::UDiv: return Op::udiv;
    case llvm::Instruction::URem: return Op::urem;
    case llvm::Instruction::Shl: return Op::shl;
    case llvm::Instruction::LShr: return Op::lshr;
    case llvm::Instruction::AShr: return Op::ashr;
    case llvm::Instruction::And: return Op::and_;
    case llvm::Instruction::Or: return Op::or_;
    case llvm::Instruction::Xor: return Op::xor_;
    default: return std::nullopt;
  }
}

}  // namespace

Word word_of(const llvm::APInt& bits) {
  UnsignedWord value = bits.getRawData()[0];
  if (bits.getNumWords() > 1) value |= static_cast<UnsignedWord>(bits.getRawData()[1]) << 64;
  return wrap(value, bits.getBitWidth());
}

InstructionReader::InstructionReader(Program& program, Builder& builder, const llvm::Function& body)
    : program_(program), builder_(builder), layout_(body.getParent()->getDataLayout()) {}

void InstructionReader::refuse(std::string what) {
  if (!refused_) refused_ = Unsupported{std::move(what), builder_.line()};
}

ValueId InstructionReader::refused_value(std::string what, unsigned width) {
  refuse(std::move(what));
  return builder_.constant(0, width);
}

void InstructionReader::bind_phi(const llvm::PHINode& phi) {
  bool is_double = phi.getType()->isDoubleTy();
  if (is_double && phi.getFastMathFlags().any()) return refuse("fast-math");
  if ((!is_double && !phi.getType()->isIntegerTy()) || width_of(phi) > 128) return refuse("a merge of addresses");
  bind(phi, builder_.fresh(width_of(phi), is_double));
}

ValueId InstructionReader::value(const llvm::Value& value) {
  unsigned width = width_of(value);
  if (width > 128) return refused_value("an integer of more than 128 bits");
  if (auto* constant = llvm::dyn_cast<llvm::ConstantInt>(&value)) return builder_.constant(word_of(constant->getValue()), width);
  if (auto* constant = llvm::dyn_cast<llvm::ConstantFP>(&value); constant != nullptr && value.getType()->isDoubleTy())
    return builder_.constant(word_of(constant->getValueAPF().convertToDouble()), 64, true);
  if (auto found = values_.find(&value); found != values_.end()) return found->second;
  if (llvm::isa<llvm::UndefValue>(value)) return refused_value("an undefined value", width);  // poison too
  if (addresses_.contains(&value)) return refused_value("an address used as a number", width);
  return refused_value("a value that is neither an integer nor a double", width);
}

std::optional<Address> InstructionReader::constant_address(const llvm::Value& value) {
  llvm::APInt offset(64, 0);
  const llvm::Value* base = value.stripAndAccumulateConstantOffsets(layout_, offset, false);
  auto* global = llvm::dyn_cast<llvm::GlobalVariable>(base);
  if (global == nullptr) return std::nullopt;
  std::uint32_t object = table(*global);
  if (object == kNone) return std::nullopt;
  return Address{object, word_of(offset), kNone};
}

std::optional<Address> InstructionReader::address(const llvm::Value& value) {
  if (auto found = addresses_.find(&value); found != addresses_.end()) return found->second;
  if (llvm::isa<llvm::Constant>(value) && value.getType()->isPointerTy()) return constant_address(value);
  return std::nullopt;
}

bool InstructionReader::read(const llvm::Instruction& at) {
  if (read_float(at)) return false;
  if (auto* binary = llvm::dyn_cast<llvm::BinaryOperator>(&at)) return read_binary(*binary), false;
  if (auto* compare = llvm::dyn_cast<llvm::ICmpInst>(&at)) return read_compare(*compare), false;
  if (auto* cast = llvm::dyn_cast<llvm::CastInst>(&at)) return read_cast(*cast), false;
  if (auto* select = llvm::dyn_cast<llvm::SelectInst>(&at)) return read_select(*select), false;
  if (auto* element = llvm::dyn_cast<llvm::GetElementPtrInst>(&at)) return read_element_address(*element), false;
  if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&at)) return read_load(*load), false;
  if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&at)) return read_store(*store), false;
  if (auto* local = llvm::dyn_cast<llvm::AllocaInst>(&at)) return read_local(*local), false;
  if (auto* insert = llvm::dyn_cast<llvm::InsertValueInst>(&at)) return read_insert(*insert), false;
  if (auto* extract = llvm::dyn_cast<llvm::ExtractValueInst>(&at)) return read_extract(*extract), false;
  if (auto* call = llvm::dyn_cast<llvm::CallInst>(&at)) return read_call(*call);
  // Every value here is defined (undefined ones are refused or obliged away), so freezing changes nothing.
  if (llvm::isa<llvm::FreezeInst>(at)) return bind(at, value(*at.getOperand(0))), false;
  refuse(std::string("the instruction ") + at.getOpcodeName());
  return false;
}

/// An operation's undefined cases are obligations, whatever UBSan has tested before it.
void InstructionReader::require_defined(const llvm::BinaryOperator& at, Op op, ValueId a, ValueId b) {
  unsigned width = width_of(at);
  auto is = [&](ValueId value, Word wanted) { return builder_.compute(Op::eq, 1, value, builder_.constant(wanted, width)); };
  if (op >= Op::sdiv && op <= Op::urem)
    builder_.require(builder_.negate(is(b, 0)), Property::no_undefined_behaviour, "a division by zero");
  if (op == Op::sdiv || op == Op::srem) {
    ValueId not_smallest = builder_.negate(is(a, smallest(width))), not_minus_one = builder_.negate(is(b, -1));
    builder_.require(builder_.compute(Op::or_, 1, not_smallest, not_minus_one), Property::no_undefined_behaviour,
                     "a division overflows");
  }
  if (op >= Op::shl && op <= Op::ashr)
    builder_.require(builder_.compute(Op::ult, 1, b, builder_.constant(width, width)), Property::no_undefined_behaviour,
                     "a shift by " + std::to_string(width) + " bits or more");
}

void InstructionReader::require_equal(ValueId a, ValueId b, std::string what) {
  builder_.require(builder_.compute(Op::eq, 1, a, b), Property::no_undefined_behaviour, std::move(what));
}

/// A division or a shift to the right that was promised to lose nothing.
void InstructionReader::require_exact(Op op, unsigned width, ValueId a, ValueId b) {
  const std::string what = "an operation that was promised to be exact";
  if (op == Op::sdiv || op == Op::udiv)
    return require_equal(builder_.compute(op == Op::sdiv ? Op::srem : Op::urem, width, a, b), builder_.constant(0, width), what);
  require_equal(builder_.compute(Op::shl, width, builder_.compute(op, width, a, b), b), a, what);
}

/// A shift to the left that was promised not to wrap gives its operand back when it is shifted to the right again.
ValueId InstructionReader::read_left_shift(Op op, unsigned width, ValueId a, ValueId b, bool no_signed, bool no_unsigned) {
  ValueId result = builder_.compute(op, width, a, b);
  if (no_signed) require_equal(builder_.compute(Op::ashr, width, result, b), a, "a shift overflows");
  if (no_unsigned) require_equal(builder_.compute(Op::lshr, width, result, b), a, "an unsigned shift overflows");
  return result;
}

void InstructionReader::read_binary(const llvm::BinaryOperator& at) {
  if (read_address_arithmetic(at)) return;
  auto op = operation(at.getOpcode());
  auto* wrapping = llvm::dyn_cast<llvm::OverflowingBinaryOperator>(&at);
  auto* exact = llvm::dyn_cast<llvm::PossiblyExactOperator>(&at);
  auto* disjoint = llvm::dyn_cast<llvm::PossiblyDisjointInst>(&at);
  bool no_signed = wrapping && wrapping->hasNoSignedWrap(), no_unsigned = wrapping && wrapping->hasNoUnsignedWrap();
  bool is_shift = op && *op >= Op::shl && *op <= Op::ashr;
  bool odd = op && width_of(at) == 1 && *op != Op::and_ && *op != Op::or_ && *op != Op::xor_;
  if (!op || odd) return refuse(std::string("the instruction ") + at.getOpcodeName() + " in this form");
  ValueId a = value(*at.getOperand(0)), b = value(*at.getOperand(1)), flag = kNone;
  require_defined(at, *op, a, b);
  if (exact && exact->isExact()) require_exact(*op, width_of(at), a, b);
  if (disjoint && disjoint->isDisjoint())
    require_equal(builder_.compute(Op::and_, width_of(at), a, b), builder_.constant(0, width_of(at)), "bits that were promised to be disjoint");
  if (is_shift) return bind(at, read_left_shift(*op, width_of(at), a, b, no_signed, no_unsigned));
  if (is_arithmetic(*op)) flag = builder_.compute(overflow_test(*op), 1, a, b);
  if (no_signed) builder_.require(builder_.negate(flag), Property::no_undefined_behaviour, "signed arithmetic overflows");
  if (no_unsigned) {
    Op test = static_cast<Op>(static_cast<int>(overflow_test(*op)) + 3);
    builder_.require(builder_.negate(builder_.compute(test, 1, a, b)), Property::no_undefined_behaviour, "unsigned arithmetic overflows");
  }
  bind(at, flag == kNone ? builder_.compute(*op, width_of(at), a, b) : builder_.guarded(*op, width_of(at), a, b, flag));
}

/// What UBSan computes with addresses: a sum with an offset, and the low bits of an address. Objects are 8-aligned.
bool InstructionReader::read_address_arithmetic(const llvm::BinaryOperator& at) {
  auto left = address(*at.getOperand(0)), right = address(*at.getOperand(1));
  if (!left && !right) return false;
  auto* mask = llvm::dyn_cast<llvm::ConstantInt>(at.getOperand(1));
  if (at.getOpcode() == llvm::Instruction::Add && left.has_value() != right.has_value()) {
    Address base = left ? *left : *right;
    bind_address(at, builder_.step(base, value(*at.getOperand(left ? 1 : 0)), 1, false));
  } else if (at.getOpcode() == llvm::Instruction::And && left && mask != nullptr && mask->getValue().ule(7) && is_aligned(8, {left->object, 0, kNone})) {
    bind(at, builder_.compute(Op::and_, 64, builder_.offset_of(*left), value(*mask)));
  } else {
    refuse("arithmetic on addresses");
  }
  return true;
}

ValueId InstructionReader::compare(llvm::CmpInst::Predicate predicate, ValueId a, ValueId b) {
  using P = llvm::CmpInst::Predicate;
  switch (predicate) {
    case P::ICMP_EQ: return builder_.compute(Op::eq, 1, a, b);
    case P::ICMP_NE: return builder_.negate(builder_.compute(Op::eq, 1, a, b));
    case P::ICMP_SLT: return builder_.compute(Op::slt, 1, a, b);
    case P::ICMP_SGT: return builder_.compute(Op::slt, 1, b, a);
    case P::ICMP_SLE: return builder_.negate(builder_.compute(Op::slt, 1, b, a));
    case P::ICMP_SGE: return builder_.negate(builder_.compute(Op::slt, 1, a, b));
    case P::ICMP_ULT: return builder_.compute(Op::ult, 1, a, b);
    case P::ICMP_UGT: return builder_.compute(Op::ult, 1, b, a);
    case P::ICMP_ULE: return builder_.negate(builder_.compute(Op::ult, 1, b, a));
    case P::ICMP_UGE: return builder_.negate(builder_.compute(Op::ult, 1, a, b));
    default: return refused_value("an unknown comparison", 1);
  }
}

void InstructionReader::read_compare(const llvm::ICmpInst& at) {
  if (read_address_compare(at)) return;
  ValueId a = value(*at.getOperand(0)), b = value(*at.getOperand(1));
  if (at.isSigned() && program_.values[a].width == 1) return refuse("a signed comparison of bits");
  bind(at, compare(at.getPredicate(), a, b));
}

/// Objects are not at address zero and do not wrap around the address space, so addresses inside (or one past) an
/// object are not null, and two of one object compare as their offsets do.
bool InstructionReader::read_address_compare(const llvm::ICmpInst& at) {
  auto left = address(*at.getOperand(0)), right = address(*at.getOperand(1));
  if (!left && !right) return false;
  auto* other = llvm::dyn_cast<llvm::Constant>(at.getOperand(1));
  if (left && other != nullptr && other->isNullValue() && at.isEquality()) {
    builder_.require_inside(*left);
    bind(at, builder_.constant(at.getPredicate() == llvm::CmpInst::ICMP_NE ? 1 : 0, 1));
  } else if (left && right && left->object == right->object && !at.isSigned()) {
    builder_.require_inside(*left);
    builder_.require_inside(*right);
    bind(at, compare(at.getPredicate(), builder_.offset_of(*left), builder_.offset_of(*right)));
  } else {
    refuse("a comparison of addresses");
  }
  return true;
}

void InstructionReader::read_cast(const llvm::CastInst& at) {
  unsigned width = width_of(at);
  if (auto from = address(*at.getOperand(0)); from && at.getOpcode() == llvm::Instruction::PtrToInt && width == 64)
    return bind_address(at, *from);
  if (!at.getType()->isIntegerTy() || !at.getSrcTy()->isIntegerTy() || width > 128) return refuse("a cast that is not between integers");
  ValueId a = value(*at.getOperand(0));
  if (at.getOpcode() == llvm::Instruction::ZExt) {
    unsigned from = program_.values[a].width;
    if (at.hasNonNeg() && from > 1)
      builder_.require(builder_.negate(builder_.compute(Op::slt, 1, a, builder_.constant(0, from))), Property::no_undefined_behaviour,
                       "a widening that promised a non-negative value");
    if (at.hasNonNeg() && from == 1) return refuse("a widening that promised a zero bit");
    return bind(at, builder_.compute(Op::zext, width, a));
  }
  if (at.getOpcode() == llvm::Instruction::SExt) return bind(at, builder_.compute(Op::sext, width, a));
  auto* trunc = llvm::dyn_cast<llvm::TruncInst>(&at);
  unsigned from = program_.values[a].width;
  if (trunc == nullptr || (width == 1 && trunc->hasNoSignedWrap())) return refuse("a cast in this form");
  ValueId result = builder_.compute(Op::trunc, width, a);
  if (trunc->hasNoSignedWrap()) require_equal(builder_.compute(Op::sext, from, result), a, "a narrowing that was promised to lose nothing");
  if (trunc->hasNoUnsignedWrap()) require_equal(builder_.compute(Op::zext, from, result), a, "a narrowing that was promised to lose nothing");
  bind(at, result);
}

void InstructionReader::read_select(const llvm::SelectInst& at) {
  bool is_value = at.getType()->isIntegerTy() || at.getType()->isDoubleTy();
  if (!is_value || !at.getCondition()->getType()->isIntegerTy(1)) return refuse("a choice between addresses");
  bind(at, builder_.compute(Op::select, width_of(at), value(*at.getCondition()), value(*at.getTrueValue()), value(*at.getFalseValue())));
}

void InstructionReader::read_element_address(const llvm::GetElementPtrInst& at) {
  auto base = address(*at.getPointerOperand());
  llvm::MapVector<llvm::Value*, llvm::APInt> variables;
  llvm::APInt constant(64, 0);
  if (!base || !at.collectOffset(layout_, 64, variables, constant)) return refuse("an address outside the contract's records");
  Address out = *base;
  out.constant += word_of(constant);
  for (auto& [index, stride] : variables) {
    ValueId number = value(*index);
    if (refused_) return;
    if (program_.values[number].width > 64) return refuse("an index of more than 64 bits");
    if (program_.values[number].width < 64) number = builder_.compute(Op::sext, 64, number);
    out = builder_.step(out, number, word_of(stride), at.isInBounds());
  }
  if (at.isInBounds()) builder_.require_inside(out);
  bind_address(at, out);
}

/// An object stands at a multiple of 8, a local of what its alloca says.
bool InstructionReader::is_aligned(std::uint64_t alignment, const Address& at) const {
  auto local = alignments_.find(at.object);
  return alignment <= (local == alignments_.end() ? 8 : local->second) && at.variable == kNone && at.constant % static_cast<Word>(alignment) == 0;
}

/// Slots stand at multiples of their size and objects at multiples of 8, so an access that hits a slot is aligned to
/// its size; a promise of more is kept only by a constant offset.
bool InstructionReader::memory_width(unsigned width, std::uint64_t alignment, const Address& at) {
  if (width != 8 && width != 16 && width != 32 && width != 64) return false;
  if (alignment <= width / 8) return true;
  return is_aligned(alignment, at);
}

void InstructionReader::read_load(const llvm::LoadInst& at) {
  auto from = address(*at.getPointerOperand());
  bool is_double = at.getType()->isDoubleTy();
  if (!from || !at.isSimple() || (!is_double && !at.getType()->isIntegerTy())) return refuse("a load from outside the contract's records");
  if (at.hasMetadata(llvm::LLVMContext::MD_range)) return refuse("a load with a promised range");
  if (!memory_width(width_of(at), at.getAlign().value(), *from)) return refuse("a load of an unexpected size or alignment");
  bind(at, builder_.load(from->object, builder_.offset_of(*from), width_of(at), is_double));
}

void InstructionReader::read_store(const llvm::StoreInst& at) {
  auto to = address(*at.getPointerOperand());
  const llvm::Type* type = at.getValueOperand()->getType();
  if (!to || !at.isSimple() || (!type->isDoubleTy() && !type->isIntegerTy())) return refuse("a store outside the contract's records");
  if (!is_writable(*to)) return;
  if (!memory_width(width_of(*at.getValueOperand()), at.getAlign().value(), *to)) return refuse("a store of an unexpected size or alignment");
  builder_.store(to->object, builder_.offset_of(*to), value(*at.getValueOperand()));
}

}  // namespace assay::verify::lower
